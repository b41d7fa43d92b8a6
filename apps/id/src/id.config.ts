import { integer, port, redisUrl } from '@madang/service-kit';
import { z } from 'zod';

export const idConfig = z.object({
  ID_PORT: port(8105),
  ID_VALKEY_URL: redisUrl(),
  /** How long Valkey may be away before Snowflakes and TSIDs are refused, in milliseconds. */
  ID_NODE_LEASE_TTL_MS: integer({ min: 1_000, max: 600_000 }).default(30_000),
});

export type IdConfig = z.output<typeof idConfig>;
