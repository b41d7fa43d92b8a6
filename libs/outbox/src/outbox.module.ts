import { type DynamicModule, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Inbox } from './inbox';
import { OutboxMaintenance } from './maintenance/outbox-maintenance';
import { checkedRetention, type Retention } from './maintenance/retention';
import { Outbox } from './outbox';

export interface OutboxModuleOptions {
  /** Name under which this service remembers messages; two services that share a database need two names. */
  readonly consumer: string;
  /** For how long rows are kept, in days. Change `replayDays` with the retention of the topics. */
  readonly retention?: Partial<Retention>;
}

/**
 * Provides {@link Outbox} and {@link Inbox} everywhere in an application that has a TypeORM `DataSource`, and looks after
 * their tables: once while the application is created, so before any traffic, then at an interval.
 */
@Module({})
export class OutboxModule {
  /** @throws RetentionTooShortError if events would be lost, or take effect twice, with the retention given */
  static forRoot({ consumer, retention: given }: OutboxModuleOptions): DynamicModule {
    const retention = checkedRetention(given);
    return {
      module: OutboxModule,
      global: true,
      providers: [
        Outbox,
        { provide: Inbox, inject: [DataSource], useFactory: (dataSource: DataSource) => new Inbox(dataSource, consumer) },
        {
          provide: OutboxMaintenance,
          inject: [DataSource],
          // Not in a lifecycle hook: a consumer may run before the application's hooks do.
          useFactory: async (dataSource: DataSource) => {
            const maintenance = new OutboxMaintenance(dataSource, consumer, retention);
            await maintenance.start();
            return maintenance;
          },
        },
      ],
      exports: [Outbox, Inbox],
    };
  }
}
