import { httpUrl, port, postgresUrl, privateKey } from '@madang/service-kit';
import { z } from 'zod';

export const memberConfig = z.object({
  MEMBER_PORT: port(8101),
  MEMBER_DATABASE_URL: postgresUrl(),
  MEMBER_JWT_PRIVATE_KEY: privateKey(),
  AUTH_ISSUER: httpUrl(),
  AUTH_AUDIENCE: z.string().default('madang'),
});

export type MemberConfig = z.output<typeof memberConfig>;
