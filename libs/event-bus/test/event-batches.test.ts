import { randomUUID } from 'node:crypto';
import { Controller, type INestApplication, Module } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { z } from 'zod';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import {
  cloudEventHeaders,
  connectEventBus,
  createKafka,
  type DomainEvent,
  EventBatchPattern,
  EventBusModule,
  EventCatalogue,
  KafkaEventContext,
  type OutgoingRecord,
  RecordProducer,
} from '../src/index';
import { eventually, readTopic } from './kafka-fixture';

type Change = DomainEvent<{ n: number }>;

const topic = { name: 'ledger.events.v1', partitions: 1 };
const schema = z.object({ n: z.int() });
const catalogue = new EventCatalogue([
  { type: 'ledger.changed', version: 1, aggregateType: 'ledger', topic, schema },
  { type: 'ledger.closed', version: 1, aggregateType: 'ledger', topic, schema },
]);

/** What took effect, in order; how many events each call had; what is to be thrown while an event is among those given. */
const applied: Change[] = [];
const sizes: number[] = [];
const failures = new Map<string, { error: Error; times: number }>();
const traces = new Map<string, string | undefined>();
/** The id that the record at an event's place has. */
const recordOf = new Map<string, string | undefined>();

@Controller()
class LedgerEvents {
  @EventBatchPattern('ledger.changed')
  async onChanged(@Payload() events: readonly Change[], @Ctx() { records }: KafkaEventContext): Promise<void> {
    for (const [index, { headers }] of records.entries()) recordOf.set(events[index]?.id ?? '', headers['ce_id']?.toString());
    sizes.push(events.length);
    for (const { id } of events) {
      const failure = failures.get(id);
      if (failure && failure.times-- > 0) throw failure.error;
      traces.set(id, trace.getActiveSpan()?.spanContext().traceId);
    }
    applied.push(...events);
  }

  @EventPattern<string>('ledger.closed')
  async onClosed(event: Change): Promise<void> {
    applied.push(event);
  }
}

let infra: Infra;
let app: INestApplication;
let producer: RecordProducer;

async function start(controller: new () => object, service: string): Promise<INestApplication> {
  @Module({ imports: [EventBusModule.forRoot({ service, brokers: infra.kafka.brokers, catalogue })], controllers: [controller] })
  class BooksModule {}
  const started = (await Test.createTestingModule({ imports: [BooksModule] }).compile()).createNestApplication(new FastifyAdapter());
  started.useLogger(false);
  await connectEventBus(started);
  return started.init();
}

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  infra = await startInfra({ kafka: true });
  app = await start(LedgerEvents, 'books');
  producer = new RecordProducer(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }));
});

beforeEach(() => {
  applied.length = 0;
  sizes.length = 0;
});

afterAll(async () => {
  await producer?.close();
  await app?.close();
  await infra?.stop();
});

function record(ledger: string, n: number, type = 'ledger.changed'): OutgoingRecord & { id: string; headers: Record<string, string> } {
  const event = { id: randomUUID(), type, schemaVersion: 1, source: '/books', aggregateId: ledger, aggregateVersion: n, time: new Date().toISOString() };
  return { id: event.id, topic: topic.name, key: ledger, value: JSON.stringify({ n }), headers: cloudEventHeaders(event) };
}

const numbersOf = (ledger: string): number[] => applied.filter(({ aggregateId }) => aggregateId === ledger).map(({ payload }) => payload.n);

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('a batch handler', () => {
  it('gets what arrives together at once, and the order of a key holds across the borders of batches', async () => {
    const ledgers = upTo(7).map((i) => `a${i}`);
    await producer.send(upTo(200).flatMap((n) => ledgers.map((ledger) => record(ledger, n))));
    await eventually(() => applied.length >= 1_400);
    for (const ledger of ledgers) expect(numbersOf(ledger)).toEqual(upTo(200));
    expect(sizes.length).toBeLessThan(100);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
    expect(applied.filter(({ id }) => recordOf.get(id) !== id)).toEqual([]);
  });

  it('gets a single event in a span of its own trace', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    const single = record('b', 1);
    await producer.send([{ ...single, headers: { ...single.headers, traceparent } }]);
    await eventually(() => applied.length === 1);
    expect(sizes).toEqual([1]);
    expect(traces.get(single.id)).toBe(traceId);
    expect(applied[0]?.traceparent).toBe(traceparent);
  });

  it('loses a poison event alone: what cannot be read, and what cannot be applied', async () => {
    const records = upTo(100).map((n) => record(`c${n % 10}`, n));
    const [unreadable, failing] = [records[30], records[64]];
    failures.set(failing?.id ?? '', { error: new Error('never'), times: Infinity });
    await producer.send(records.map((one) => (one === unreadable ? { ...one, value: 'not JSON' } : one)));
    await eventually(() => applied.length >= 98, 20_000);

    const letters = await readTopic(infra.kafka.brokers, `${topic.name}.books.dlq`, 2);
    const told = letters.map(({ headers }) => [headers['ce_id'], headers['dlq-code'], headers['dlq-cause']].map(String));
    expect(told).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining([
      [unreadable?.id, 'not-json', 'The value is not JSON'],
      [failing?.id, 'handler-failed', 'never'],
    ]));
    const left = records.filter((one) => one !== unreadable && one !== failing);
    expect(applied.map(({ id }) => id).toSorted()).toEqual(left.map(({ id }) => id).toSorted());
    for (let i = 0; i < 10; i++) expect(numbersOf(`c${i}`)).toEqual(numbersOf(`c${i}`).toSorted((a, b) => a - b));
  }, 40_000);

  it('is waited for while a dependency is away: nothing becomes a dead letter', async () => {
    const records = upTo(50).map((n) => record(`d${n % 5}`, n));
    failures.set(records[20]?.id ?? '', { error: Object.assign(new Error('no server'), { code: 'ECONNREFUSED' }), times: 7 });
    await producer.send(records);
    await eventually(() => applied.length >= 50, 20_000);
    for (let i = 0; i < 5; i++) expect(numbersOf(`d${i}`)).toHaveLength(10);
    expect(await readTopic(infra.kafka.brokers, `${topic.name}.books.dlq`, 2)).toHaveLength(2);
  }, 40_000);

  it('never overtakes another handler’s event of the same key', async () => {
    const ledgers = upTo(20).map((i) => `e${i}`);
    await producer.send(upTo(9).flatMap((n) => ledgers.map((ledger) => record(ledger, n, n % 3 === 0 ? 'ledger.closed' : 'ledger.changed'))));
    await eventually(() => applied.length >= 180);
    for (const ledger of ledgers) expect(numbersOf(ledger)).toEqual(upTo(9));
  });
});

it('one event cannot have a batch handler and a plain one', async () => {
  @Controller()
  class Both {
    @EventBatchPattern('ledger.changed')
    async all(): Promise<void> {}

    @EventPattern<string>('ledger.changed')
    async one(): Promise<void> {}
  }
  await expect(start(Both, 'both')).rejects.toThrow('must all use @EventBatchPattern, or all @EventPattern');
});
