import { CreateInbox1764000000002, CreateOutbox1764000000001, InboxRow, IndexInbox1764000000004, OutboxRow, PartitionOutbox1764000000003 } from '@madang/outbox';
import { boundedPostgres } from '@madang/service-kit';
import type { DataSourceOptions } from 'typeorm';
import { CreateModerator1764300002000 } from './migrations/create-moderator.migration';

/** The moderator database; `migrate.ts` brings it up to date, the service itself never changes its schema. */
export function moderatorDatabase(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    applicationName: 'moderator',
    entities: [OutboxRow, InboxRow],
    migrations: [
      CreateOutbox1764000000001,
      CreateInbox1764000000002,
      PartitionOutbox1764000000003,
      IndexInbox1764000000004,
      CreateModerator1764300002000,
    ],
    ...boundedPostgres,
    poolSize: 16, // event handlers hold 12 at most (4 lanes in each of 3 partitions); the rest is for HTTP
  };
}
