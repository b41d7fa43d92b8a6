import { EventBusModule, KafkaEventServer } from '@madang/event-bus';
import { catalogue } from '@madang/events';
import { OutboxModule } from '@madang/outbox';
import { healthCheck } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ledgerDatabase } from './data-source';
import type { LedgerConfig } from './ledger.config';
import { LedgerController } from './ledger.controller';

@Module({})
export class LedgerModule {
  static forRoot(config: LedgerConfig): DynamicModule {
    return {
      module: LedgerModule,
      imports: [
        TypeOrmModule.forRoot(ledgerDatabase(config.LEDGER_DATABASE_URL)),
        OutboxModule.forRoot({ consumer: 'ledger' }),
        EventBusModule.forRoot({ service: 'ledger', brokers: config.KAFKA_BROKERS, catalogue }),
      ],
      controllers: [LedgerController],
      providers: [healthCheck('event-bus', [KafkaEventServer], (bus) => bus.assertReady())],
    };
  }
}
