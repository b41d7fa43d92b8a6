import { labFields } from '@madang/lab/nest';
import { brokers, csv, httpUrl, namedPostgresUrls, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

export const boardConfig = z.object({
  BOARD_PORT: port(8102),
  BOARD_DATABASE_URL: postgresUrl(),
  /** `name=url`: the names decide who reads where, so they stay when an address changes. */
  BOARD_REPLICA_URLS: namedPostgresUrls(),
  CONSISTENCY_TOKEN_KEYS: csv('expected secrets of at least 32 characters, the one that signs first, separated by commas'),
  KAFKA_BROKERS: brokers(),
  AUTH_JWKS_URL: httpUrl(),
  AUTH_ISSUER: httpUrl(),
  AUTH_AUDIENCE: z.string().default('madang'),
  ...labFields,
});

export type BoardConfig = z.output<typeof boardConfig>;
