import { CreateOutbox1764000000001, OutboxRow, PartitionOutbox1764000000003 } from '@madang/outbox';
import { boundedPostgres } from '@madang/service-kit';
import type { DataSourceOptions } from 'typeorm';
import { Member } from './members/member.entity';
import { CreateMember1764000001000 } from './migrations/create-member.migration';

/** The member database; `migrate.ts` brings it up to date, the service itself never changes its schema. */
export function memberDatabase(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    applicationName: 'member',
    entities: [Member, OutboxRow],
    migrations: [CreateOutbox1764000000001, PartitionOutbox1764000000003, CreateMember1764000001000],
    ...boundedPostgres,
    poolSize: 20,
  };
}
