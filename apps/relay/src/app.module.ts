import { EventBusModule, RecordProducer } from '@madang/event-bus';
import { catalogue } from '@madang/events';
import { healthCheck } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { Kafka } from 'kafkajs';
import type { RelayConfig } from './relay.config';
import { RelayService } from './relay.service';

@Module({})
export class AppModule {
  static forRoot(config: RelayConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [EventBusModule.forRoot({ service: 'relay', brokers: config.KAFKA_BROKERS, catalogue })],
      providers: [
        {
          provide: RelayService,
          inject: [Kafka, RecordProducer],
          useFactory: (kafka: Kafka, producer: RecordProducer) => new RelayService(config.RELAY_DATABASES, kafka, producer),
        },
        healthCheck('relay', [RelayService], (relay) => relay.assertReady()),
      ],
    };
  }
}
