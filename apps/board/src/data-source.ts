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
import { Author } from './authors/author.entity';
import { CreateBoard1764000001000 } from './migrations/create-board.migration';
import { ForgetHiddenPosts1764000001001 } from './migrations/forget-hidden-posts.migration';
import { Post } from './posts/post.entity';

/** The board database, at its primary; `migrate.ts` brings it up to date, the service itself never changes its schema. */
export function boardDatabase(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    replication: { master: { url }, slaves: [] }, // the replicas are the router's
    applicationName: 'board',
    entities: [Post, Author, OutboxRow, InboxRow],
    migrations: [
      CreateOutbox1764000000001,
      CreateInbox1764000000002,
      PartitionOutbox1764000000003,
      IndexInbox1764000000004,
      CreateBoard1764000001000,
      ForgetHiddenPosts1764000001001,
    ],
    ...boundedPostgres,
    poolSize: 20, // event handlers hold 12 at most (4 lanes in each of 3 partitions); the rest is for HTTP
  };
}
