import { EventBusModule, RecordProducer } from '@madang/event-bus';
import { catalogue } from '@madang/events';
import { healthCheck } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { Kafka } from 'kafkajs';
import type { CdcConfig } from './cdc.config';
import { exposeReaderStats } from './log-tailing.metrics';
import { LogTailingService } from './log-tailing.service';

@Module({})
export class AppModule {
  static forRoot(config: CdcConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [EventBusModule.forRoot({ service: 'cdc', brokers: config.KAFKA_BROKERS, catalogue })],
      providers: [
        {
          provide: LogTailingService,
          inject: [Kafka, RecordProducer],
          useFactory: (kafka: Kafka, producer: RecordProducer) => {
            const service = new LogTailingService(config.CDC_DATABASE_URLS, kafka, producer);
            exposeReaderStats(() => service.stats());
            return service;
          },
        },
        healthCheck('log-tailing', [LogTailingService], (service) => service.assertReady()),
      ],
    };
  }
}
