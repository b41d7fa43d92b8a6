import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, type INestApplication, Module } from '@nestjs/common';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { EventPattern } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import {
  cloudEventHeaders,
  connectEventBus,
  createKafka,
  type DomainEvent,
  ensureTopics,
  EventBusModule,
  EventCatalogue,
  KafkaEventServer,
  type OutgoingRecord,
  RecordProducer,
} from '../src/index';
import { eventually, readTopic } from './kafka-fixture';

const topic = { name: 'account.events.v1', partitions: 3 };
const schema = z.object({ n: z.int() });
const catalogue = new EventCatalogue([
  { type: 'account.changed', version: 1, aggregateType: 'account', topic, schema },
  { type: 'account.closed', version: 1, aggregateType: 'account', topic, schema },
]);

/** What the handler below was given, and what it is to throw for which event. */
const received: DomainEvent<{ n: number }>[] = [];
const failures = new Map<string, { error: Error; times: number }>();
const traces = new Map<string, string | undefined>();

@Controller()
class AccountEvents {
  @EventPattern<string>('account.changed')
  async onChanged(event: DomainEvent<{ n: number }>): Promise<void> {
    const failure = failures.get(event.id);
    if (failure && failure.times-- > 0) throw failure.error;
    traces.set(event.id, trace.getActiveSpan()?.spanContext().traceId);
    received.push(event);
  }
}

let infra: Infra;
let app: INestApplication;
let producer: RecordProducer;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  infra = await startInfra({ kafka: true });
  const brokers = infra.kafka.brokers;
  @Module({ imports: [EventBusModule.forRoot({ service: 'bank', brokers, catalogue })], controllers: [AccountEvents] })
  class BankModule {}
  app = (await Test.createTestingModule({ imports: [BankModule] }).compile()).createNestApplication(new FastifyAdapter());
  app.useLogger(false);
  await connectEventBus(app);
  await app.init();
  producer = new RecordProducer(createKafka({ clientId: 'test', brokers }));
});

afterAll(async () => {
  await producer?.close();
  await app?.close();
  await infra?.stop();
});

function changed(account: string, n: number, change: Partial<OutgoingRecord> = {}): OutgoingRecord & { id: string } {
  const id = randomUUID();
  const headers = cloudEventHeaders({
    id,
    type: 'account.changed',
    schemaVersion: 1,
    source: '/bank',
    aggregateId: account,
    aggregateVersion: n,
    time: new Date().toISOString(),
  });
  return { id, topic: topic.name, key: account, value: JSON.stringify({ n }), headers, ...change };
}

const numbersOf = (account: string): number[] =>
  received.filter(({ aggregateId }) => aggregateId === account).map(({ payload }) => payload.n);

describe('the event bus', () => {
  it('gives a handler the validated event', async () => {
    const record = changed('a', 1);
    await producer.send([record]);
    const event = await eventually(() => received.find(({ id }) => id === record.id));
    expect(event).toMatchObject({ type: 'account.changed', aggregateId: 'a', aggregateVersion: 1, payload: { n: 1 } });
  });

  it('continues the trace that the record carries', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const record = changed('t', 1);
    await producer.send([{ ...record, headers: { ...record.headers, traceparent: `00-${traceId}-b7ad6b7169203331-01` } }]);
    await eventually(() => numbersOf('t').length > 0);
    expect(traces.get(record.id)).toBe(traceId);
  });

  it('keeps the order of a key over many batches', async () => {
    const accounts = ['b1', 'b2', 'b3', 'b4', 'b5'];
    for (let from = 1; from <= 100; from += 10) {
      const batch = Array.from({ length: 10 }, (_, i) => accounts.map((account) => changed(account, from + i))).flat();
      await producer.send(batch);
    }
    await eventually(() => accounts.every((account) => numbersOf(account).length >= 100));
    for (const account of accounts) expect(numbersOf(account)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('tries a handler again that fails a few times, before the next event of the key', async () => {
    const [first, second] = [changed('c', 1), changed('c', 2)];
    failures.set(first.id, { error: new Error('not yet'), times: 3 });
    await producer.send([first, second]);
    await eventually(() => numbersOf('c').length === 2);
    expect(numbersOf('c')).toEqual([1, 2]);
  });

  it('waits for a dependency that is away instead of giving the event up', async () => {
    const record = changed('d', 1);
    failures.set(record.id, { error: Object.assign(new Error('no server'), { code: 'ECONNREFUSED' }), times: 6 });
    await producer.send([record]);
    await eventually(() => numbersOf('d').length > 0);
    expect(numbersOf('d')).toEqual([1]);
  });

  it('puts aside what no retry can mend, with origin and cause, and moves on', async () => {
    const failing = changed('e', 1);
    failures.set(failing.id, { error: new Error('never'), times: 99 });
    const poison = [
      changed('e', 2, { value: 'not JSON' }),
      changed('e', 3, { value: null }),
      changed('e', 4, { headers: {} }),
      changed('e', 5, { headers: { ...changed('e', 5).headers, ce_type: 'account.unheard-of' } }),
      changed('e', 6, { headers: { ...changed('e', 6).headers, schemaversion: '9' } }),
    ];
    const last = changed('e', 7);
    await producer.send([failing, ...poison, last]);
    await eventually(() => numbersOf('e').includes(7), 15_000);
    expect(numbersOf('e')).toEqual([7]);

    const letters = await readTopic(infra.kafka.brokers, `${topic.name}.bank.dlq`, 6);
    const header = (name: string) => letters.map(({ headers }) => headers[name]?.toString());
    expect(header('dlq-code')).toEqual([
      'handler-failed',
      'not-json',
      'tombstone',
      'missing-header',
      'unknown-type',
      'unknown-version',
    ]);
    expect(new Set(header('dlq-topic'))).toEqual(new Set([topic.name]));
    expect(header('dlq-cause')[0]).toBe('never');
    expect(letters.map(({ value }) => value?.toString())).toEqual([
      failing.value, 'not JSON', undefined, poison[2]?.value, poison[3]?.value, poison[4]?.value,
    ]);
    expect(letters.every(({ key, headers }) => key?.toString() === 'e' && /^\d+$/.test(String(headers['dlq-offset'])))).toBe(true);
  });

  it('puts a record of the largest size aside too', async () => {
    const largest = changed('g', 1, { value: 'x'.repeat(1_048_000) });
    await producer.send([largest, changed('g', 2)]);
    await eventually(() => numbersOf('g').includes(2));
    const letters = await readTopic(infra.kafka.brokers, `${topic.name}.bank.dlq`, 7);
    expect(letters.at(-1)?.value?.length).toBe(1_048_000);
  });

  it('does not move on before the dead letter is durable', async () => {
    const shared = app.get(RecordProducer);
    const send = jest.spyOn(shared, 'send').mockRejectedValueOnce(new Error('refused')).mockRejectedValueOnce(new Error('refused'));
    const poison = changed('i', 1, { value: 'not JSON either' });
    await producer.send([poison, changed('i', 2)]);
    await eventually(() => numbersOf('i').includes(2));
    send.mockRestore();
    const letters = await readTopic(infra.kafka.brokers, `${topic.name}.bank.dlq`, 8);
    expect(letters.filter(({ value }) => value?.toString() === 'not JSON either')).toHaveLength(1);
  });

  it('is not ready while it cannot get past a record, and says which', async () => {
    const record = changed('j', 1);
    failures.set(record.id, { error: Object.assign(new Error('no server'), { code: 'ECONNREFUSED' }), times: 16 });
    await producer.send([record]);
    const server = app.get(KafkaEventServer);
    let complaint: unknown;
    await server.assertReady();
    for (const deadline = Date.now() + 15_000; !complaint && Date.now() < deadline; await sleep(200)) {
      complaint = await server.assertReady().catch((error: unknown) => error);
    }
    expect(String(complaint)).toMatch(new RegExp(`account.changed ${record.id} has been failing for 1\\d s: Error: no server`));
    await eventually(() => numbersOf('j').length > 0, 20_000);
    await expect(server.assertReady()).resolves.toBeUndefined();
  }, 45_000);

  it('passes over events that the service has no handler for', async () => {
    const closed = changed('f', 1, { headers: { ...changed('f', 1).headers, ce_type: 'account.closed' } });
    await producer.send([closed, changed('f', 2)]);
    await eventually(() => numbersOf('f').includes(2));
    expect(numbersOf('f')).toEqual([2]);
  });
});

describe('topics', () => {
  it('may be made by many services at the same time', async () => {
    const kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
    const wanted = Array.from({ length: 30 }, (_, i) => ({ name: `contended-${i}.v1`, partitions: 3 }));
    await expect(Promise.all(Array.from({ length: 12 }, () => ensureTopics(kafka, wanted)))).resolves.toHaveLength(12);
  });

  it('are made once with the stated partitions, and a different statement is an error', async () => {
    const kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
    await ensureTopics(kafka, [{ name: 'stated.v1', partitions: 2 }]);
    await ensureTopics(kafka, [{ name: 'stated.v1', partitions: 2 }]);
    await expect(ensureTopics(kafka, [{ name: 'stated.v1', partitions: 4 }])).rejects.toThrow('stated.v1 has 2 partitions');
  });
});

describe('an application that shuts down', () => {
  it('leaves an event that it is still trying to the next one, not to the dead letters', async () => {
    const record = changed('z', 1);
    failures.set(record.id, { error: Object.assign(new Error('no server'), { code: 'ECONNREFUSED' }), times: 999 });
    await producer.send([record]);
    await eventually(() => (failures.get(record.id)?.times ?? 999) < 999);
    await app.close();
    const letters = await readTopic(infra.kafka.brokers, `${topic.name}.bank.dlq`, 8);
    expect(letters.some(({ headers }) => headers['ce_id']?.toString() === record.id)).toBe(false);
  }, 30_000);
});
