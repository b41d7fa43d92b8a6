import { brokers, httpUrl, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

export const boardConfig = z.object({
  BOARD_PORT: port(8102),
  BOARD_DATABASE_URL: postgresUrl(),
  KAFKA_BROKERS: brokers(),
  AUTH_JWKS_URL: httpUrl(),
  AUTH_ISSUER: httpUrl(),
  AUTH_AUDIENCE: z.string().default('madang'),
});

export type BoardConfig = z.output<typeof boardConfig>;
