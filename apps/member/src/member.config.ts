import { labFields } from '@madang/lab/nest';
import { brokers, httpUrl, port, postgresUrl, privateKey, secret } from '@madang/service-kit';
import { z } from 'zod';

export const memberConfig = z.object({
  MEMBER_PORT: port(8101),
  MEMBER_DATABASE_URL: postgresUrl(),
  MEMBER_JWT_PRIVATE_KEY: privateKey(),
  AUTH_ISSUER: httpUrl(),
  AUTH_AUDIENCE: z.string().default('madang'),
  ...labFields,
  /** For the naive counterparts of the outbox alone: whom they call, with what, and where they produce. */
  LAB_BOARD_URL: httpUrl().optional(),
  LAB_KAFKA_BROKERS: brokers().optional(),
  ADMIN_TOKEN: secret().optional(),
});

export type MemberConfig = z.output<typeof memberConfig>;
