import { EventBusModule, KafkaEventServer } from '@madang/event-bus';
import { catalogue } from '@madang/events';
import { IdsModule } from '@madang/ids/nest';
import { OutboxModule } from '@madang/outbox';
import { healthCheck, rowIds } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Kafka } from 'kafkajs';
import { DataSource } from 'typeorm';
import { moderatorDatabase } from './data-source';
import { DryRunController } from './dry-run/dry-run.controller';
import { DryRunService } from './dry-run/dry-run.service';
import { ReadHitsController } from './hits/read-hits.controller';
import { ChatEventsController } from './judging/chat-events.controller';
import { JudgeMessagesService } from './judging/judge-messages.service';
import type { ModeratorConfig } from './moderator.config';
import { KeywordRulesController } from './rules/keyword-rules.controller';
import { RuleBook } from './rules/rule-book.service';
import { seedRules } from './rules/seed-rules';

@Module({})
export class AppModule {
  static forRoot(config: ModeratorConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot(moderatorDatabase(config.MODERATOR_DATABASE_URL)),
        IdsModule.forRoot({ formats: { hit: rowIds() } }),
        OutboxModule.forRoot({ consumer: 'moderator' }),
        EventBusModule.forRoot({ service: 'moderator', brokers: config.KAFKA_BROKERS, catalogue }),
      ],
      controllers: [KeywordRulesController, DryRunController, ReadHitsController, ChatEventsController],
      providers: [
        {
          provide: RuleBook,
          inject: [DataSource],
          // Not in a lifecycle hook: the consumer runs before the application's hooks do.
          useFactory: async (dataSource: DataSource) => {
            const book = new RuleBook(dataSource);
            await book.open(seedRules);
            return book;
          },
        },
        { provide: DryRunService, inject: [Kafka], useFactory: (kafka: Kafka) => new DryRunService(kafka) },
        JudgeMessagesService,
        healthCheck('postgres', [DataSource], (database) => database.query('SELECT 1')),
        healthCheck('event-bus', [KafkaEventServer], (bus) => bus.assertReady()),
      ],
    };
  }
}
