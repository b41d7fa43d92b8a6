import { brokers, csv, port } from '@madang/service-kit';
import { z } from 'zod';

export const relayConfig = z.object({
  RELAY_PORT: port(8106),
  RELAY_DATABASES: csv(),
  KAFKA_BROKERS: brokers(),
});

export type RelayConfig = z.output<typeof relayConfig>;
