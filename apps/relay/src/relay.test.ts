import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKafka, ensureTopics, type KafkaRecord, RecordConsumer, RecordProducer } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import { startTracing } from '@madang/service-kit';
import { Logger } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { RelayService } from './relay.service';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

let infra: Infra;
let kafka: Kafka;
let cdc: RecordProducer;
let relay: RelayService;
let relayProducer: RecordProducer;

async function startRelay(): Promise<void> {
  relayProducer = new RecordProducer(kafka);
  relay = new RelayService(['member', 'board'], kafka, relayProducer);
  await relay.onApplicationBootstrap();
}

async function stopRelay(): Promise<void> {
  await relay.beforeApplicationShutdown();
  await relayProducer.close();
}

beforeAll(async () => {
  Logger.overrideLogger(false); // what the relay says of poison and of an absent broker is expected here
  startTracing();
  infra = await startInfra({ kafka: true });
  kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
  cdc = new RecordProducer(kafka);
  await startRelay();
});

afterAll(async () => {
  await stopRelay();
  await cdc?.close();
  await infra?.stop();
});

/** What the log reader writes for an outbox row. */
function rowAdded(memberId: string, version: number, change: Record<string, unknown> = {}): { topic: string; key: string; value: string } {
  const after = {
    id: randomUUID(),
    aggregatetype: 'member',
    aggregateid: memberId,
    aggregateversion: version,
    type: 'member.registered',
    schemaversion: 1,
    payload: JSON.stringify({ memberId }),
    traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
    createdat: new Date().toISOString(),
    ...change,
  };
  const value = JSON.stringify({ before: null, after, source: { db: 'member', table: 'outbox' }, op: 'c' });
  return { topic: rowAddedTopic('member').name, key: memberId, value };
}

/** Reads a topic from its beginning until `enough` of it has come. */
async function read(topic: string, enough: (records: KafkaRecord[]) => boolean): Promise<KafkaRecord[]> {
  const records: KafkaRecord[] = [];
  const consumer = new RecordConsumer({
    kafka,
    groupId: randomUUID(),
    topics: [topic],
    handle: async (batch) => void records.push(...batch),
    onFatal: (error) => {
      throw error;
    },
  });
  await consumer.start();
  for (const deadline = Date.now() + 20_000; !enough(records); await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`Only ${records.length} records came on ${topic}`);
  }
  await consumer.stop();
  return records;
}

const versionsOf = (memberId: string, records: readonly KafkaRecord[]): number[] =>
  records.filter(({ key }) => key?.toString() === memberId).map(({ headers }) => Number(headers['aggregateversion']));

describe('the relay', () => {
  it('publishes each row as a domain event, in the order of its key, and continues its trace', async () => {
    const members = [randomUUID(), randomUUID(), randomUUID()];
    for (let version = 1; version <= 60; version += 20) {
      await cdc.send(members.flatMap((id) => Array.from({ length: 20 }, (_, i) => rowAdded(id, version + i))));
    }
    const all = Array.from({ length: 60 }, (_, i) => i + 1);
    const records = await read('member.events.v1', (seen) => members.every((id) => versionsOf(id, seen).length >= 60));
    for (const id of members) expect(versionsOf(id, records)).toEqual(all);

    const first = records.find(({ key }) => key?.toString() === members[0]);
    expect(first?.value?.toString()).toBe(JSON.stringify({ memberId: members[0] }));
    const traceparent = first?.headers['traceparent']?.toString() ?? '';
    expect(traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
    expect(traceparent).not.toContain('b7ad6b7169203331'); // a hop of its own
  });

  it('puts what it cannot read aside, and moves on', async () => {
    const member = randomUUID();
    const topic = rowAddedTopic('member').name;
    await cdc.send([
      { topic, key: member, value: 'not JSON' },
      { topic, key: member, value: null },
      rowAdded(member, 1, { type: 'member.unheard-of' }),
      rowAdded(member, 1, { schemaversion: 9 }),
      rowAdded(member, 1),
    ]);
    await read('member.events.v1', (seen) => versionsOf(member, seen).length === 1);
    const letters = await read(`${topic}.relay.dlq`, (seen) => seen.length >= 4);
    const codes = letters.map(({ headers }) => headers['dlq-code']?.toString());
    expect(codes).toEqual(['not-json', 'tombstone', 'unknown-type', 'unknown-version']);
  });

  it('relays a dead letter that is replayed for it, and none that is for another group', async () => {
    const [own, foreign] = [randomUUID(), randomUUID()];
    const replayed = (partition: number) => {
      const row = rowAdded(foreign, 1);
      return { ...row, partition, headers: { 'replay-group': 'somebody', 'replay-of': `${row.topic}:${partition}:0:somebody` } };
    };
    await cdc.send([
      ...[0, 1, 2].map(replayed),
      { ...rowAdded(foreign, 2), headers: { 'replay-group': 'somebody' } }, // which nobody can have replayed: no letter is named
      { ...rowAdded(own, 1), headers: { 'replay-group': 'relay', 'replay-of': 'an earlier life' } },
    ]);
    const records = await read('member.events.v1', (seen) => [own, foreign].every((id) => versionsOf(id, seen).length > 0));
    expect([versionsOf(own, records), versionsOf(foreign, records)]).toEqual([[1], [2]]);
    const relayed = records.find(({ key }) => key?.toString() === own);
    expect(Object.keys(relayed?.headers ?? {}).filter((name) => name.startsWith('replay-'))).toEqual([]); // it is news to everybody
  });

  it('goes on where it stopped: nothing is lost while it is away', async () => {
    const member = randomUUID();
    await cdc.send([rowAdded(member, 1)]);
    await stopRelay();
    await cdc.send([rowAdded(member, 2), rowAdded(member, 3)]);
    await startRelay();
    const records = await read('member.events.v1', (seen) => versionsOf(member, seen).includes(3));
    expect([...new Set(versionsOf(member, records))]).toEqual([1, 2, 3]);
  });

  it('can be stopped while Kafka is away', async () => {
    await infra.process('kafka').kill();
    await sleep(200);
    const startedAt = performance.now();
    await stopRelay();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await infra.process('kafka').start();
    await ensureTopics(kafka, [rowAddedTopic('member')]);
    await startRelay();
  });
});
