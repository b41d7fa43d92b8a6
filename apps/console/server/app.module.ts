import { createKafka } from '@madang/event-bus';
import { isLab } from '@madang/lab/nest';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Kafka } from 'kafkajs';
import { keepToOurselves } from './access/http-rules';
import { CONSOLE_CONFIG, type ConsoleConfig, pagePort } from './console.config';
import { FeedController } from './feed/feed.controller';
import { FeedHub } from './feed/feed-hub';
import { ConsumerLag } from './kafka/consumer-lag.service';
import { RecordStore } from './kafka/record-store';
import { TopicWatch } from './kafka/topic-watch.service';
import { TopicsController } from './kafka/topics.controller';
import { lab } from './lab/lab-parts';
import { NoLabController } from './lab/no-lab.controller';
import { PageController } from './page/page.controller';
import { Containers } from './processes/containers';
import { ProcessWatch } from './processes/process-watch.service';
import { ProcessesController } from './processes/processes.controller';
import { Runner } from './processes/runner';
import { BackwardReads } from './replicas/backward-reads';
import { LagWatch } from './replicas/lag-watch.service';
import { RoomWatch } from './rooms/room-watch.service';
import { ServicesController } from './services/services.controller';
import { TopologyController } from './topology/topology.controller';
import { TopologyService } from './topology/topology.service';
import { ReceiveTracesController } from './traces/receive-traces.controller';
import { SpanIntake } from './traces/span-intake';
import { TimelineService } from './traces/timeline.service';
import { TraceStore } from './traces/trace-store';
import { TracesController } from './traces/traces.controller';

@Module({})
export class AppModule {
  constructor(host: HttpAdapterHost, @Inject(CONSOLE_CONFIG) config: ConsoleConfig) {
    // Where services are containers they send their spans to another one, by its name.
    const collector = config.CONSOLE_CONTAINERS && `console:${config.CONSOLE_PORT}`;
    keepToOurselves(host.httpAdapter.getInstance<FastifyInstance>(), pagePort(config), collector);
  }

  static forRoot(config: ConsoleConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [PageController, FeedController, TopicsController, TopologyController, ProcessesController, TracesController, ReceiveTracesController, ServicesController, ...(isLab(config) ? lab.controllers : [NoLabController])],
      providers: [
        { provide: CONSOLE_CONFIG, useValue: config },
        { provide: Kafka, useFactory: () => createKafka({ clientId: 'console', brokers: config.KAFKA_BROKERS, retries: 3 }) },
        FeedHub,
        RecordStore,
        TraceStore,
        TopicWatch,
        config.CONSOLE_CONTAINERS ? { provide: Runner, useClass: Containers } : Runner,
        ProcessWatch,
        ConsumerLag,
        LagWatch,
        BackwardReads,
        SpanIntake,
        RoomWatch,
        TimelineService,
        TopologyService,
        ...(isLab(config) ? lab.providers : []),
      ],
    };
  }
}
