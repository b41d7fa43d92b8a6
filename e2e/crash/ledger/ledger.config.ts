import { brokers, port, postgresUrl } from '@madang/service-kit';
import { z } from 'zod';

export const ledgerConfig = z.object({
  LEDGER_PORT: port(8199),
  LEDGER_DATABASE_URL: postgresUrl(),
  KAFKA_BROKERS: brokers(),
});

export type LedgerConfig = z.output<typeof ledgerConfig>;
