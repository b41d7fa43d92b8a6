import { labFields } from '@madang/lab/nest';
import { brokers, csv, httpUrl, integer, port, postgresUrl, redisUrl } from '@madang/service-kit';
import { z } from 'zod';

export const chatConfig = z.object({
  CHAT_PORT: port(8104),
  CHAT_DATABASE_URL: postgresUrl(),
  CHAT_VALKEY_URL: redisUrl(),
  KAFKA_BROKERS: brokers(),
  AUTH_JWKS_URL: httpUrl(),
  AUTH_ISSUER: httpUrl(),
  AUTH_AUDIENCE: z.string().default('madang'),
  /** Pages that may open a socket, such as `https://madang.example`; pages of the loopback may always, and so may clients that are no browser. */
  CHAT_ORIGINS: csv().default([]),
  /** Calls a member may make in any 10 s, over all nodes and sockets. */
  CHAT_CALLS_PER_10_S: integer({ min: 1, max: 1_000_000 }).default(200),
  /** Open sockets that a node holds, and of one member. */
  CHAT_MOST_SOCKETS: integer({ min: 1, max: 100_000 }).default(10_000),
  CHAT_MOST_SOCKETS_A_MEMBER: integer({ min: 1, max: 10_000 }).default(20),
  /** Whoever is not heard for so long is offline; clients beat three times as often. */
  CHAT_PRESENCE_TTL_MS: integer({ min: 100, max: 600_000 }).default(45_000),
  ...labFields,
});

export type ChatConfig = z.output<typeof chatConfig>;
