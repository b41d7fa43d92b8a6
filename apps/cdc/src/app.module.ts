import { createKafka } from '@madang/event-bus';
import { healthCheck } from '@madang/service-kit';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { type CdcConfig, serversByDatabase } from './cdc.config';
import { CdcEngines } from './cdc-engines';
import { DebeziumConnectors } from './debezium/debezium-connectors.service';
import { StoredOffsets } from './debezium/stored-offsets.service';
import { LogReaders } from './log-readers.service';
import { exposeReaderMetrics } from './reader.metrics';
import { ReadersController } from './readers.controller';

@Module({})
export class AppModule {
  static forRoot(config: CdcConfig): DynamicModule {
    const kafka = createKafka({ clientId: 'cdc', brokers: config.KAFKA_BROKERS });
    const { engines, besides } = enginesOf(config, kafka);
    exposeReaderMetrics(() => engines.stats());
    return {
      module: AppModule,
      controllers: [ReadersController],
      providers: [
        { provide: CdcEngines, useValue: engines },
        healthCheck('log-readers', [CdcEngines], (service) => service.assertReady()),
        ...besides,
      ],
    };
  }
}

function enginesOf(config: CdcConfig, kafka: Kafka): { engines: CdcEngines; besides: Provider[] } {
  const { CDC_DATABASE_URLS: urls, CDC_ENGINE: engine, CDC_CONNECT_URL: connectUrl, CDC_CONNECT_PASSWORD: passwordReference } = config;
  if (engine === 'debezium') {
    const options = { connectUrl, ...(passwordReference ? { passwordReference } : {}) };
    return { engines: new DebeziumConnectors(urls, kafka, options), besides: [] };
  }
  const storedOffsets = new StoredOffsets(kafka, [...serversByDatabase(urls).keys()]);
  return { engines: new LogReaders(urls, kafka), besides: [{ provide: StoredOffsets, useValue: storedOffsets }] };
}
