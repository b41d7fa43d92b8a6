import { randomUUID } from 'node:crypto';
import { Controller, type INestApplication, Module } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Kafka } from 'kafkajs';
import { z } from 'zod';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { cloudEventHeaders, connectEventBus, createKafka, DeadLetterDesk, type DomainEvent, EventBusModule, EventCatalogue, type LetterStatus, type OutgoingRecord, RecordProducer, recordsTotal } from '../src/index';
import { eventually } from './kafka-fixture';

const topic = { name: 'account.events.v1', partitions: 3 };
const schema = z.object({ n: z.int() });
const catalogue = new EventCatalogue([{ type: 'account.changed', version: 1, aggregateType: 'account', topic, schema }]);

type Changed = DomainEvent<{ n: number }>;

/** What each group has processed, and the accounts whose events bank refuses. */
const bankHas: Changed[] = [];
const ledgerHas: Changed[] = [];
const refused = new Set<string>();

@Controller()
class BankEvents {
  @EventPattern<string>('account.changed')
  async onChanged(event: Changed): Promise<void> {
    if (refused.has(event.aggregateId)) throw new Error('refused for now');
    bankHas.push(event);
  }
}

@Controller()
class LedgerEvents {
  @EventPattern<string>('account.changed')
  async onChanged(event: Changed): Promise<void> {
    ledgerHas.push(event);
  }
}

let infra: Infra;
let kafka: Kafka;
let producer: RecordProducer;
let desk: DeadLetterDesk;
const apps: INestApplication[] = [];

async function startService(service: string, controller: typeof BankEvents | typeof LedgerEvents): Promise<void> {
  @Module({ imports: [EventBusModule.forRoot({ service, brokers: infra.kafka.brokers, catalogue })], controllers: [controller] })
  class ServiceModule {}
  const app = (await Test.createTestingModule({ imports: [ServiceModule] }).compile()).createNestApplication(new FastifyAdapter());
  apps.push(app);
  app.useLogger(false);
  await connectEventBus(app);
  await app.init();
}

beforeAll(async () => {
  infra = await startInfra({ kafka: true });
  kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
  await startService('bank', BankEvents);
  await startService('ledger', LedgerEvents);
  producer = new RecordProducer(kafka);
  desk = new DeadLetterDesk({ kafka, producer });
}, 120_000);

afterAll(async () => {
  await desk?.close();
  await producer?.close();
  await Promise.all(apps.map((app) => app.close()));
  await infra?.stop();
});

function changed(account: string, n: number): OutgoingRecord {
  const event = { id: randomUUID(), type: 'account.changed', schemaVersion: 1, source: '/bank', aggregateId: account, aggregateVersion: n, time: new Date().toISOString() };
  return { topic: topic.name, key: account, value: JSON.stringify({ n }), headers: cloudEventHeaders(event) };
}

const numbersOf = (account: string, has: readonly Changed[]): number[] => has.filter(({ aggregateId }) => aggregateId === account).map(({ payload }) => payload.n);

/** The account's open letters, once there are so many of them. */
async function lettersOf(account: string, count: number): Promise<LetterStatus[]> {
  for (const deadline = Date.now() + 30_000; ; ) {
    const letters = await desk.list({ state: 'open', key: account, limit: 100 });
    if (letters.length >= count) return letters;
    if (Date.now() > deadline) throw new Error(`${letters.length} letters instead of ${count}`);
  }
}

async function ignoredBy(group: string): Promise<number> {
  const { values } = await recordsTotal.get();
  return values.find(({ labels }) => labels.group === group && labels.outcome === 'ignored')?.value ?? 0;
}

describe('a replay', () => {
  it('reaches the group that had failed, in the order of the key, and no other group', async () => {
    refused.add('a');
    await producer.send([changed('a', 1), changed('a', 2)]);
    await lettersOf('a', 2);
    await eventually(() => numbersOf('a', ledgerHas).length === 2);
    refused.delete('a');
    const ignored = await ignoredBy('ledger');
    await expect(desk.replayAll({ key: 'a' }, 'test')).resolves.toMatchObject({ replayed: 2, remaining: 0 });
    await producer.send([changed('a', 3)]);
    await eventually(() => numbersOf('a', bankHas).length === 3 && numbersOf('a', ledgerHas).includes(3));
    expect(numbersOf('a', bankHas)).toEqual([1, 2, 3]);
    expect(numbersOf('a', ledgerHas)).toEqual([1, 2, 3]); // and not 1, 2 once more
    expect(await ignoredBy('ledger')).toBe(ignored + 2);
  });

  it('that fails again comes back as a letter that knows its earlier life and keeps its place in the key', async () => {
    refused.add('b');
    await producer.send([changed('b', 1), changed('b', 2)]);
    const [first, second] = await lettersOf('b', 2);
    const id = first?.letter.id ?? '';
    await desk.replay(id, 'test');
    const after = (await lettersOf('b', 2)).find(({ letter }) => letter.replayOf !== null);
    expect(after).toMatchObject({ state: 'open', letter: { attempt: 2, replayOf: id, code: 'handler-failed', cause: 'refused for now' } });
    await expect(desk.inspect(after?.letter.id ?? '')).resolves.toMatchObject({ earlier: [id] });
    // It was published after the second one, but came before it.
    await expect(desk.replay(second?.letter.id ?? '', 'test')).rejects.toMatchObject({ code: 'earlier-letters-open' });

    refused.delete('b');
    await expect(desk.replayAll({ key: 'b' }, 'test')).resolves.toMatchObject({ replayed: 2 });
    await eventually(() => numbersOf('b', bankHas).length === 2);
    expect(numbersOf('b', bankHas)).toEqual([1, 2]);
  });

  it('of what nobody can read comes back, and troubles no other group', async () => {
    await producer.send([{ topic: topic.name, key: 'c', value: 'not JSON', headers: changed('c', 1).headers ?? {} }]);
    const letters = await lettersOf('c', 2); // one a group
    expect(letters.map(({ letter }) => letter.group).toSorted()).toEqual(['bank', 'ledger']);
    const ofBank = letters.find(({ letter }) => letter.group === 'bank')?.letter.id ?? '';
    await desk.replay(ofBank, 'test');
    const again = await lettersOf('c', 2);
    expect(again.map(({ letter }) => `${letter.group} ${letter.code} ${letter.attempt}`).toSorted()).toEqual(['bank not-json 2', 'ledger not-json 1']);
  });
});
