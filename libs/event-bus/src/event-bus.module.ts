import { type DynamicModule, type FactoryProvider, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Kafka } from 'kafkajs';
import { endProcess } from './end-process';
import type { EventCatalogue } from './event-catalogue';
import type { EventScope } from './event-scope';
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
  /** In which handlers run. As in Nest's own factories: `inject` names what `useFactory` is given, from global modules. */
  readonly scope?: Pick<FactoryProvider<EventScope>, 'inject' | 'useFactory'>;
}

const SCOPE = Symbol('event-scope');

/** Provides the Kafka client, a {@link RecordProducer} and the {@link KafkaEventServer} to the whole application. */
@Module({})
export class EventBusModule implements OnApplicationShutdown {
  constructor(private readonly producer: RecordProducer) {}

  static forRoot({ service, brokers, catalogue, onFatal = endProcess, scope }: EventBusModuleOptions): DynamicModule {
    return {
      module: EventBusModule,
      global: true,
      providers: [
        { provide: Kafka, useFactory: () => createKafka({ clientId: service, brokers }) },
        { provide: RecordProducer, inject: [Kafka], useFactory: (kafka: Kafka) => new RecordProducer(kafka) },
        scope ? { ...scope, provide: SCOPE } : { provide: SCOPE, useValue: undefined },
        {
          provide: KafkaEventServer,
          inject: [Kafka, RecordProducer, SCOPE],
          useFactory: (kafka: Kafka, producer: RecordProducer, eventScope: EventScope | undefined) =>
            new KafkaEventServer({ kafka, producer, groupId: service, catalogue, onFatal, ...(eventScope ? { scope: eventScope } : {}) }),
        },
      ],
      exports: [Kafka, RecordProducer, KafkaEventServer],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.producer.close();
  }
}
