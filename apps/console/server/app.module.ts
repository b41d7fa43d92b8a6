import { createKafka } from '@madang/event-bus';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Kafka } from 'kafkajs';
import { keepToOurselves } from './access/http-rules';
import { CONSOLE_CONFIG, type ConsoleConfig } from './console.config';
import { FeedController } from './feed/feed.controller';
import { FeedHub } from './feed/feed-hub';
import { RecordStore } from './kafka/record-store';
import { TopicWatch } from './kafka/topic-watch.service';
import { TopicsController } from './kafka/topics.controller';
import { ProcessWatch } from './processes/process-watch.service';
import { ProcessesController } from './processes/processes.controller';
import { Runner } from './processes/runner';
import { ReceiveTracesController } from './traces/receive-traces.controller';
import { TraceStore } from './traces/trace-store';

@Module({})
export class AppModule {
  constructor(host: HttpAdapterHost, @Inject(CONSOLE_CONFIG) { CONSOLE_PORT: port }: ConsoleConfig) {
    keepToOurselves(host.httpAdapter.getInstance<FastifyInstance>(), port);
  }

  static forRoot(config: ConsoleConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [FeedController, TopicsController, ProcessesController, ReceiveTracesController],
      providers: [
        { provide: CONSOLE_CONFIG, useValue: config },
        { provide: Kafka, useFactory: () => createKafka({ clientId: 'console', brokers: config.KAFKA_BROKERS }) },
        FeedHub,
        RecordStore,
        TraceStore,
        TopicWatch,
        Runner,
        ProcessWatch,
      ],
    };
  }
}
