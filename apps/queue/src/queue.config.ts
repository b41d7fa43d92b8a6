import { labFields } from '@madang/lab/nest';
import { csv, integer, port, postgresUrl, privateKeys, redisUrl } from '@madang/service-kit';
import { z } from 'zod';

const LEAST_KEY_BYTES = 32;
const TICKET_KEYS = `expected secrets of at least ${LEAST_KEY_BYTES} bytes, the one that signs first, separated by commas`;

export const queueConfig = z.object({
  QUEUE_PORT: port(8103),
  QUEUE_DATABASE_URL: postgresUrl(),
  QUEUE_VALKEY_URL: redisUrl(),
  QUEUE_TICKET_KEYS: csv(TICKET_KEYS).refine((keys) => keys.every((key) => Buffer.byteLength(key) >= LEAST_KEY_BYTES), { error: TICKET_KEYS }),
  QUEUE_PASS_PRIVATE_KEYS: privateKeys(),
  /** Open event streams that a process holds; whoever comes then has to poll. Each costs some 30 kB, and a poll now and then. */
  QUEUE_MOST_STREAMS: integer({ min: 0, max: 100_000 }).default(5_000),
  /** Of these, by one client's address: behind a proxy that is everybody's, so raise it there. */
  QUEUE_MOST_STREAMS_OF_ONE: integer({ min: 0, max: 100_000 }).default(100),
  ...labFields,
});

export type QueueConfig = z.output<typeof queueConfig>;
