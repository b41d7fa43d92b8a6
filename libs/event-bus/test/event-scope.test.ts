import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, type INestApplication, Injectable, Module } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { cloudEventHeaders, connectEventBus, CONSISTENCY_TOKEN_HEADER, createKafka, type DomainEvent, EventBatchPattern, EventBusModule, EventCatalogue, type EventScope, RecordProducer } from '../src/index';
import { eventually } from './kafka-fixture';

const topic = { name: 'stock.events.v1', partitions: 1 };
const schema = z.object({});
const catalogue = new EventCatalogue(['stock.counted', 'stock.moved'].map((type) => ({ type, version: 1, aggregateType: 'stock', topic, schema })));

const current = new AsyncLocalStorage<readonly (string | undefined)[]>();
/** What a handler was given, beside what the scope says that it is given. */
const handled: { given: readonly (string | undefined)[]; scope: readonly (string | undefined)[] | undefined }[] = [];

@Injectable()
class TokenScope implements EventScope {
  run<T>(events: readonly DomainEvent[], work: () => Promise<T>): Promise<T> {
    return current.run(events.map(({ consistencyToken }) => consistencyToken), work);
  }
}

@Module({ providers: [TokenScope], exports: [TokenScope] })
class ScopeModule {}

@Controller()
class StockEvents {
  #failed = false;

  @EventPattern<string>('stock.counted')
  async onCounted({ consistencyToken }: DomainEvent): Promise<void> {
    await sleep(1);
    handled.push({ given: [consistencyToken], scope: current.getStore() });
    if (this.#failed) return;
    this.#failed = true;
    throw new Error('once');
  }

  @EventBatchPattern('stock.moved')
  async onMoved(events: readonly DomainEvent[]): Promise<void> {
    await sleep(1);
    handled.push({ given: events.map(({ consistencyToken }) => consistencyToken), scope: current.getStore() });
  }
}

let infra: Infra;
let app: INestApplication;
let producer: RecordProducer;

beforeAll(async () => {
  infra = await startInfra({ kafka: true });
  producer = new RecordProducer(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }));
  const bus = EventBusModule.forRoot({ service: 'books', brokers: infra.kafka.brokers, catalogue, scope: { inject: [TokenScope], useFactory: (scope: TokenScope) => scope } });
  const module = await Test.createTestingModule({ imports: [{ module: ScopeModule, global: true }, bus], controllers: [StockEvents] }).compile();
  app = module.createNestApplication(new FastifyAdapter());
  app.useLogger(false);
  await connectEventBus(app);
  await app.init();
});

afterAll(async () => {
  await app?.close();
  await producer?.close();
  await infra?.stop();
});

async function send(type: string, tokens: readonly (string | undefined)[]): Promise<void> {
  await producer.send(
    tokens.map((token) => ({
      topic: topic.name,
      key: 'item',
      value: '{}',
      headers: {
        ...cloudEventHeaders({ id: randomUUID(), type, schemaVersion: 1, source: '/stock', aggregateId: 'item', aggregateVersion: 1, time: new Date().toISOString() }),
        ...(token === undefined ? {} : { [CONSISTENCY_TOKEN_HEADER]: token }),
      },
    })),
  );
}

it('each handler runs in the scope of its events, also when it is tried again, and for many at once', async () => {
  await send('stock.counted', ['first', undefined]);
  await eventually(() => handled.length === 3);
  expect(handled).toEqual([['first'], ['first'], [undefined]].map((tokens) => ({ given: tokens, scope: tokens })));
  const many = Array.from({ length: 10 }, (_, n) => `token-${n}`);
  await send('stock.moved', many);
  await eventually(() => handled.slice(3).flatMap(({ given }) => given).length === 10);
  expect(handled.slice(3).flatMap(({ given }) => given)).toEqual(many);
  for (const { given, scope } of handled.slice(3)) expect(scope).toEqual(given);
});
