import { createKafka } from '@madang/event-bus';
import { healthCheck } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import type { CdcConfig } from './cdc.config';
import { LogReaders } from './log-readers.service';
import { exposeReaderMetrics } from './reader.metrics';
import { ReadersController } from './readers.controller';

@Module({})
export class AppModule {
  static forRoot(config: CdcConfig): DynamicModule {
    const kafka = createKafka({ clientId: 'cdc', brokers: config.KAFKA_BROKERS });
    const readers = new LogReaders(config.CDC_DATABASE_URLS, kafka);
    exposeReaderMetrics(() => readers.stats());
    return {
      module: AppModule,
      controllers: [ReadersController],
      providers: [
        { provide: LogReaders, useValue: readers },
        healthCheck('log-readers', [LogReaders], (service) => service.assertReady()),
      ],
    };
  }
}
