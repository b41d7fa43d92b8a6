import { type DynamicModule, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Inbox } from './inbox';
import { Outbox } from './outbox';

export interface OutboxModuleOptions {
  /** Name under which this service remembers messages; two services that share a database need two names. */
  readonly consumer: string;
}

/** Provides {@link Outbox} and {@link Inbox} everywhere in an application that has a TypeORM `DataSource`. */
@Module({})
export class OutboxModule {
  static forRoot({ consumer }: OutboxModuleOptions): DynamicModule {
    return {
      module: OutboxModule,
      global: true,
      providers: [
        Outbox,
        { provide: Inbox, inject: [DataSource], useFactory: (dataSource: DataSource) => new Inbox(dataSource, consumer) },
      ],
      exports: [Outbox, Inbox],
    };
  }
}
