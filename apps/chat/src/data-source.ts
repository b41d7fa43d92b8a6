import {
  CreateInbox1764000000002,
  CreateOutbox1764000000001,
  InboxRow,
  IndexInbox1764000000004,
  OutboxRow,
  PartitionOutbox1764000000003,
} from '@madang/outbox';
import { boundedPostgres } from '@madang/service-kit';
import type { DataSourceOptions } from 'typeorm';
import { CreateChat1764500001000 } from './migrations/create-chat.migration';

/** The chat database; `migrate.ts` brings it up to date, the service itself never changes its schema. */
export function chatDatabase(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    applicationName: 'chat',
    entities: [OutboxRow, InboxRow],
    migrations: [
      CreateOutbox1764000000001,
      CreateInbox1764000000002,
      PartitionOutbox1764000000003,
      IndexInbox1764000000004,
      CreateChat1764500001000,
    ],
    ...boundedPostgres,
    extra: { ...boundedPostgres.extra, lock_timeout: 1_000 }, // a room's row is held for a few milliseconds, unless its holder stands still
    poolSize: 15, // a node's; those who speak in one room take turns, so more would only wait
  };
}
