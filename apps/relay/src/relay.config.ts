import { brokers, csv, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

export const relayConfig = z.object({
  RELAY_PORT: port(8106),
  RELAY_DATABASES: csv(),
  /** Servers of the databases, of which one at a time is the primary, and what signs how far they are. Without keys events carry no token. */
  RELAY_PRIMARY_URLS: csv().pipe(z.array(postgresUrl())).default([]),
  CONSISTENCY_TOKEN_KEYS: csv().default([]),
  KAFKA_BROKERS: brokers(),
});

export type RelayConfig = z.output<typeof relayConfig>;
