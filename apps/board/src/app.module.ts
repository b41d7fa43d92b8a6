import { EventBusModule, KafkaEventServer } from '@madang/event-bus';
import { catalogue } from '@madang/events';
import { IdsModule } from '@madang/ids/nest';
import { OutboxModule } from '@madang/outbox';
import { EventReads, ReplicasModule, routedDataSource } from '@madang/replicas/nest';
import { AuthModule, boundedPostgres, healthCheck, isTraced, rowIds } from '@madang/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Client, PoolConfig } from 'pg';
import { DataSource } from 'typeorm';
import { ActiveAuthors } from './authors/active-authors';
import { HideWithdrawnAuthorService } from './authors/hide-withdrawn-author.service';
import { MemberEventsController } from './authors/member-events.controller';
import type { BoardConfig } from './board.config';
import { boardDatabase } from './data-source';
import { boardLab } from './lab/board-lab';
import { ChangePostController } from './posts/change-post.controller';
import { ChangePostService } from './posts/change-post.service';
import { PublishPostController } from './posts/publish-post.controller';
import { PublishPostService } from './posts/publish-post.service';
import { ReadPostsController } from './posts/read-posts.controller';
import { traceRead } from './trace-reads';

@Module({})
export class AppModule {
  static forRoot(config: BoardConfig): DynamicModule {
    const lab = boardLab(config);
    const scope = { inject: [EventReads], useFactory: (reads: EventReads) => lab?.scope(reads) ?? reads };
    return {
      module: AppModule,
      imports: [
        ...(lab?.imports ?? []),
        ReplicasModule.forRoot({
          primary: { connectionString: config.BOARD_DATABASE_URL, application_name: 'board' },
          replicas: config.BOARD_REPLICA_URLS.map(({ name, url }) => ({ name, pool: replicaPool(url) })),
          // Members find what they have written; who is nobody in particular has written nothing, and reads monotonically.
          consistency: { level: 'session' },
          clientLevels: ['eventual', ...(lab ? (['pinned'] as const) : []), 'bounded', 'monotonic', 'session', 'strong'],
          tokenKeys: config.CONSISTENCY_TOKEN_KEYS,
          ...(isTraced() ? { onRead: traceRead } : {}),
        }),
        TypeOrmModule.forRootAsync(routedDataSource(boardDatabase(config.BOARD_DATABASE_URL))),
        IdsModule.forRoot({ formats: { post: lab?.postIds ?? rowIds() } }),
        OutboxModule.forRoot({ consumer: 'board' }),
        EventBusModule.forRoot({ service: 'board', brokers: config.KAFKA_BROKERS, catalogue, scope }),
        AuthModule.forRoot({
          keys: config.AUTH_JWKS_URL,
          issuer: config.AUTH_ISSUER,
          audience: config.AUTH_AUDIENCE,
          memberStatus: { useClass: ActiveAuthors },
        }),
      ],
      controllers: [PublishPostController, ReadPostsController, ChangePostController, MemberEventsController, ...(lab?.controllers ?? [])],
      providers: [
        PublishPostService,
        ChangePostService,
        HideWithdrawnAuthorService,
        healthCheck('postgres', [DataSource], (database) => database.query('SELECT 1')),
        healthCheck('event-bus', [KafkaEventServer], (bus) => bus.assertReady()),
        ...(lab?.providers ?? []),
      ],
    };
  }
}

function replicaPool(connectionString: string): PoolConfig {
  const { connectTimeoutMS, extra } = boundedPostgres;
  const { onConnect, ...limits } = extra;
  return { connectionString, connectionTimeoutMillis: connectTimeoutMS, application_name: 'board', max: 20, ...limits, onConnect: (client) => onConnect(client as Client) };
}
