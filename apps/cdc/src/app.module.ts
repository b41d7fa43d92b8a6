import { createKafka } from '@madang/event-bus';
import { healthCheck } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import type { CdcConfig } from './cdc.config';
import { CdcEngines } from './cdc-engines';
import { DebeziumConnectors } from './debezium/debezium-connectors.service';
import { LogReaders } from './log-readers.service';
import { exposeReaderMetrics } from './reader.metrics';
import { ReadersController } from './readers.controller';

@Module({})
export class AppModule {
  static forRoot(config: CdcConfig): DynamicModule {
    const kafka = createKafka({ clientId: 'cdc', brokers: config.KAFKA_BROKERS });
    const engines = enginesOf(config, kafka);
    exposeReaderMetrics(() => engines.stats());
    return {
      module: AppModule,
      controllers: [ReadersController],
      providers: [
        { provide: CdcEngines, useValue: engines },
        healthCheck('log-readers', [CdcEngines], (service) => service.assertReady()),
      ],
    };
  }
}

function enginesOf(config: CdcConfig, kafka: Kafka): CdcEngines {
  const { CDC_DATABASE_URLS: urls, CDC_ENGINE: engine, CDC_CONNECT_URL: connectUrl, CDC_CONNECT_PASSWORD: passwordReference } = config;
  if (engine === 'embedded') return new LogReaders(urls, kafka);
  return new DebeziumConnectors(urls, kafka, { connectUrl, ...(passwordReference ? { passwordReference } : {}) });
}
