// What a user writes on the first day with both libraries: an event goes out by the outbox, and one comes in by the inbox.
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import {
  cloudEventHeaders,
  connectEventBus,
  type DomainEvent,
  EventBusModule,
  EventCatalogue,
  RecordProducer,
} from '@madang/event-bus';
import {
  CreateInbox1764000000002,
  CreateOutbox1764000000001,
  Inbox,
  IndexInbox1764000000004,
  Outbox,
  OutboxModule,
  PartitionOutbox1764000000003,
} from '@madang/outbox';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { z } from 'zod';

const orderPlaced = {
  type: 'order.placed',
  version: 1,
  aggregateType: 'order',
  topic: { name: 'order.events.v1', partitions: 1 },
  schema: z.object({ orderId: z.string() }),
};

@Controller()
class OrderEventsController {
  constructor(private readonly inbox: Inbox) {}

  @EventPattern<string>('order.placed')
  async onPlaced(event: DomainEvent<{ orderId: string }>): Promise<void> {
    const outcome = await this.inbox.applyOnce(event.id, (manager) =>
      manager.query('INSERT INTO shipment VALUES ($1)', [event.payload.orderId]),
    );
    console.log(`${outcome} ${event.payload.orderId}`);
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env['DATABASE_URL'] ?? '',
      migrations: [CreateOutbox1764000000001, CreateInbox1764000000002, PartitionOutbox1764000000003, IndexInbox1764000000004],
      migrationsRun: true,
    }),
    OutboxModule.forRoot({ consumer: 'shipping' }),
    EventBusModule.forRoot({
      service: 'shipping',
      brokers: [process.env['KAFKA_BROKER'] ?? ''],
      catalogue: new EventCatalogue([orderPlaced]),
    }),
  ],
  controllers: [OrderEventsController],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] });
  const database = app.get(DataSource);
  await database.query('CREATE TABLE shipment (order_id text NOT NULL)');
  await connectEventBus(app);

  await database.transaction((manager) =>
    app.get(Outbox).publish(manager, {
      aggregateType: 'order',
      aggregateId: 'order-1',
      aggregateVersion: 1,
      type: 'order.placed',
      schemaVersion: 1,
      payload: { orderId: 'order-1' },
    }),
  );
  const [outbox]: { type: string }[] = await database.query('SELECT type FROM outbox');
  console.log(`outbox ${outbox?.type}`);

  const record = {
    topic: orderPlaced.topic.name,
    key: 'order-1',
    value: JSON.stringify({ orderId: 'order-1' }),
    headers: cloudEventHeaders({
      id: randomUUID(),
      type: orderPlaced.type,
      schemaVersion: 1,
      source: '/shop',
      aggregateId: 'order-1',
      aggregateVersion: 1,
      time: new Date().toISOString(),
    }),
  };
  await app.get(RecordProducer).send([record, record]); // delivered twice, shipped once
  for (let waited = 0; waited < 100; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const shipments: unknown[] = await database.query('SELECT FROM shipment');
    if (shipments.length > 0) break;
  }
  await app.close();
}

void main();
