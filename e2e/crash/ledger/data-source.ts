import { CreateInbox1764000000002, InboxRow } from '@madang/outbox';
import { boundedPostgres } from '@madang/service-kit';
import type { DataSourceOptions } from 'typeorm';
import { CreateLedger1764000009000 } from './create-ledger.migration';

export function ledgerDatabase(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    applicationName: 'ledger',
    entities: [InboxRow],
    migrations: [CreateInbox1764000000002, CreateLedger1764000009000],
    ...boundedPostgres,
    poolSize: 26, // handlers hold 24 at most: 4 lanes in each of 6 partitions
  };
}
