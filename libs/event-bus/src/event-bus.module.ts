import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Kafka } from 'kafkajs';
import { endProcess } from './end-process';
import type { EventCatalogue } from './event-catalogue';
import { createKafka } from './kafka-client';
import { KafkaEventServer } from './kafka-event-server';
import { RecordProducer } from './record-producer';

export interface EventBusModuleOptions {
  /** Name of the service: client id and consumer group. */
  readonly service: string;
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[];
  readonly catalogue: EventCatalogue;
  /** Called when the consumer cannot go on by itself; by default the process is ended with code 1. */
  readonly onFatal?: (error: Error) => void;
}

/** Provides the Kafka client, a {@link RecordProducer} and the {@link KafkaEventServer} to the whole application. */
@Module({})
export class EventBusModule implements OnApplicationShutdown {
  constructor(private readonly producer: RecordProducer) {}

  static forRoot({ service, brokers, catalogue, onFatal = endProcess }: EventBusModuleOptions): DynamicModule {
    return {
      module: EventBusModule,
      global: true,
      providers: [
        { provide: Kafka, useFactory: () => createKafka({ clientId: service, brokers }) },
        { provide: RecordProducer, inject: [Kafka], useFactory: (kafka: Kafka) => new RecordProducer(kafka) },
        {
          provide: KafkaEventServer,
          inject: [Kafka, RecordProducer],
          useFactory: (kafka: Kafka, producer: RecordProducer) =>
            new KafkaEventServer({ kafka, producer, groupId: service, catalogue, onFatal }),
        },
      ],
      exports: [Kafka, RecordProducer, KafkaEventServer],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.producer.close();
  }
}
