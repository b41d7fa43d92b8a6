import { DeadLetterDesk, EventBusModule, RecordProducer } from '@madang/event-bus';
import { catalogue } from '@madang/events';
import { ConsistencyTokens } from '@madang/replicas/token';
import { healthCheck } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { Kafka } from 'kafkajs';
import { ConsistencyStamps } from './consistency-stamps';
import { DeskWatch } from './dead-letters/desk-watch.service';
import { ReadLettersController } from './dead-letters/read-letters.controller';
import { SettleLettersController } from './dead-letters/settle-letters.controller';
import type { RelayConfig } from './relay.config';
import { RelayService } from './relay.service';

@Module({})
export class AppModule {
  static forRoot(config: RelayConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [EventBusModule.forRoot({ service: 'relay', brokers: config.KAFKA_BROKERS, catalogue })],
      controllers: [ReadLettersController, SettleLettersController],
      providers: [
        {
          provide: RelayService,
          inject: [Kafka, RecordProducer],
          useFactory: (kafka: Kafka, producer: RecordProducer) => new RelayService(config.RELAY_DATABASES, kafka, producer, stampsFrom(config)),
        },
        {
          provide: DeskWatch,
          inject: [Kafka],
          // A producer of its own: sends take turns, and a replay that fails for long would hold the relay up.
          useFactory: (kafka: Kafka) => new DeskWatch(kafka, new RecordProducer(kafka)),
        },
        { provide: DeadLetterDesk, inject: [DeskWatch], useFactory: ({ desk }: DeskWatch) => desk },
        healthCheck('relay', [RelayService], (relay) => relay.assertReady()),
      ],
    };
  }
}

/** Undefined without keys: events then carry no token. */
function stampsFrom({ RELAY_PRIMARY_URLS: urls, CONSISTENCY_TOKEN_KEYS: keys }: RelayConfig): ConsistencyStamps | undefined {
  return keys.length === 0 ? undefined : new ConsistencyStamps(urls, new ConsistencyTokens(keys));
}
