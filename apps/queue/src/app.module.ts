import { IdsModule } from '@madang/ids/nest';
import { Ending, healthCheck, rowIds } from '@madang/service-kit';
import { PassIssuer, PassVerifier, RoomStore, Tickets, WaitingRooms } from '@madang/waiting-room';
import { type DynamicModule, Module } from '@nestjs/common';
import { Redis } from 'ioredis';
import { createLocalJWKSet } from 'jose';
import { DataSource } from 'typeorm';
import { LogHeadSigner } from './admissions/log-head-signer';
import { ReadAdmissionsController } from './admissions/read-admissions.controller';
import { queueDatabase } from './data-source';
import { queueLab } from './lab/queue-lab';
import { OrdersController } from './orders/orders.controller';
import { OrdersService } from './orders/orders.service';
import { EmptyForms } from './pages/empty-forms';
import { WaitPageController } from './pages/wait-page.controller';
import { JwksController } from './passes/jwks.controller';
import { MeasuredPassVerifier } from './passes/measured-pass-verifier';
import type { QueueConfig } from './queue.config';
import { MeasuredRoomStore } from './rooms/measured-room-store';
import { RoomController } from './rooms/room.controller';
import { RoomGauges } from './rooms/room-gauges.service';
import { connectValkey } from './start/connect-valkey';
import { StartService } from './start/start.service';
import { PlaceEventsController } from './visitors/place-events.controller';
import { PlaceStreams } from './visitors/place-streams.service';
import { VisitorController } from './visitors/visitor.controller';
import { VisitorsService } from './visitors/visitors.service';

@Module({})
export class AppModule {
  static forRoot(config: QueueConfig): DynamicModule {
    const tickets = new Tickets(config.QUEUE_TICKET_KEYS);
    const passes = new PassIssuer(config.QUEUE_PASS_PRIVATE_KEYS);
    const [signingKey] = config.QUEUE_PASS_PRIVATE_KEYS;
    if (!signingKey) throw new RangeError('QUEUE_PASS_PRIVATE_KEYS is empty.');
    const lab = queueLab(config);
    return {
      module: AppModule,
      imports: [...(lab?.imports ?? []), IdsModule.forRoot({ formats: { order: rowIds() } })],
      controllers: [RoomController, VisitorController, PlaceEventsController, ReadAdmissionsController, JwksController, OrdersController, WaitPageController],
      providers: [
        { provide: DataSource, useFactory: () => new DataSource(queueDatabase(config.QUEUE_DATABASE_URL)) },
        { provide: Redis, useFactory: () => connectValkey(config.QUEUE_VALKEY_URL) },
        { provide: RoomStore, inject: [DataSource], useFactory: (dataSource: DataSource) => new MeasuredRoomStore(dataSource) },
        { provide: WaitingRooms, inject: [Redis, RoomStore], useFactory: (redis: Redis, store: RoomStore) => new WaitingRooms({ redis, store, tickets, passes }) },
        { provide: PassIssuer, useValue: passes },
        { provide: PassVerifier, useFactory: () => new MeasuredPassVerifier(createLocalJWKSet(passes.publicKeys)) },
        { provide: LogHeadSigner, useFactory: () => new LogHeadSigner(signingKey) },
        {
          provide: PlaceStreams,
          inject: [WaitingRooms, VisitorsService, Ending],
          useFactory: (rooms: WaitingRooms, visitors: VisitorsService, ending: Ending) => new PlaceStreams(rooms, visitors, ending, config.QUEUE_MOST_STREAMS, config.QUEUE_MOST_STREAMS_OF_ONE),
        },
        VisitorsService,
        OrdersService,
        StartService,
        RoomGauges,
        EmptyForms,
        healthCheck('start', [StartService], (start) => start.assertStarted()),
        healthCheck('postgres', [DataSource], (database) => database.query('SELECT 1')),
        healthCheck('valkey', [Redis], (redis) => redis.ping()),
        ...(lab?.providers ?? []),
      ],
    };
  }
}
