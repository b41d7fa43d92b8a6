import { CreateWaitingRoom1764300000000 } from '@madang/waiting-room/typeorm';
import { boundedPostgres } from '@madang/service-kit';
import type { DataSourceOptions } from 'typeorm';
import { CreateEventOrder1764300001000 } from './migrations/create-event-order.migration';

/** The queue database; `migrate.ts` brings it up to date, the service itself never changes its schema. */
export function queueDatabase(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    applicationName: 'queue',
    migrations: [CreateWaitingRoom1764300000000, CreateEventOrder1764300001000],
    ...boundedPostgres,
    poolSize: 10, // those who append to a room take turns
  };
}
