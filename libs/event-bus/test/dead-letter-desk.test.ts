import { Logger } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { auditTopic, createKafka, DeadLetterDesk, deadLetterTopic, DeskUnavailableError, ensureTopics, RecordProducer } from '../src/index';
import { readTopic } from './kafka-fixture';
import { deadRecord, DIED_AT, type TestLetter } from './letter-fixture';

let infra: Infra;
let kafka: Kafka;
let producer: RecordProducer;
let desk: DeadLetterDesk;
const desks: DeadLetterDesk[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false); // what the desk says of a broken trail and of an absent broker is expected here
  infra = await startInfra({ kafka: true });
  kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
  producer = new RecordProducer(kafka);
  desk = openDesk();
});

afterAll(async () => {
  await Promise.all(desks.map((one) => one.close()));
  await producer?.close();
  await infra?.stop();
});

/** As after a restart: it knows nothing but what the logs say. */
function openDesk(capacity?: number): DeadLetterDesk {
  const opened = new DeadLetterDesk({ kafka, producer, now: () => Date.parse(DIED_AT), ...(capacity === undefined ? {} : { capacity }) });
  desks.push(opened);
  return opened;
}

async function topicOf(topic: string, ...letters: Omit<TestLetter, 'topic'>[]): Promise<string> {
  await ensureTopics(kafka, [{ name: topic, partitions: 1 }, deadLetterTopic(topic, 'shop')]);
  await producer.send(letters.map((letter) => deadRecord({ topic, ...letter })));
  return topic;
}

const idOf = (topic: string, offset: number): string => `${topic}:0:${offset}:shop`;
const openIn = async (topic: string, of = desk): Promise<number[]> =>
  (await of.list({ state: 'open', topic, limit: 100 })).map(({ letter }) => Number(letter.offset));
const valuesIn = async (topic: string, count: number): Promise<string[]> =>
  (await readTopic(infra.kafka.brokers, topic, count)).map(({ value }) => String(value));

describe('the desk', () => {
  it('lists a letter once, however many copies of it there are', async () => {
    const topic = await topicOf('copies.v1', { offset: 1 }, { offset: 1 }, { offset: 2, key: null, code: 'not-json' }, { offset: 1 });
    const letters = await desk.list({ state: 'open', topic, limit: 10 });
    expect(letters).toMatchObject([
      { state: 'open', replayRequestedAt: null, letter: { id: idOf(topic, 1), topic, offset: '1', group: 'shop', code: 'handler-failed', cause: 'refused', key: 'k', attempt: 1 } },
      { state: 'open', letter: { id: idOf(topic, 2), code: 'not-json', key: null } },
    ]);
    const narrowed = { state: 'open', topic, limit: 10 } as const;
    expect(await desk.list({ ...narrowed, code: 'not-json' })).toHaveLength(1);
    expect(await desk.list({ ...narrowed, key: 'k' })).toHaveLength(1);
    expect(await desk.list({ ...narrowed, group: 'nobody' })).toEqual([]);
  });

  it('shows a value as text, as base64 or as none, and no more than its beginning', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const long = `${'x'.repeat(16 * 1024 - 1)}é and more`; // the cut goes through a character
    const topic = await topicOf('shown.v1', { offset: 1, value: long, headers: { long: 'h'.repeat(2_000) } }, { offset: 2, value: bytes, key: bytes }, { offset: 3, value: null });
    const [text, binary, tombstone] = await Promise.all([1, 2, 3].map((offset) => desk.inspect(idOf(topic, offset))));
    expect(text?.value).toEqual({ encoding: 'utf8', content: 'x'.repeat(16 * 1024 - 1), bytes: Buffer.byteLength(long), truncated: true });
    expect(text?.headers).toMatchObject({ ce_id: 'event-1', long: `${'h'.repeat(1024)}…`, 'dlq-cause': 'refused' });
    expect(binary?.value).toEqual({ encoding: 'base64', content: bytes.toString('base64'), bytes: 3, truncated: false });
    expect(binary?.letter.key).toBe(`base64:${bytes.toString('base64')}`);
    expect(tombstone?.value).toBeNull();
    await expect(desk.inspect(idOf(topic, 99))).rejects.toMatchObject({ code: 'letter-not-found' });
  });

  it('publishes a record again as it was, for the group that had failed, and says so before and after', async () => {
    const topic = await topicOf('replayed.v1', { offset: 7, headers: { traceparent: 't', 'replay-group': 'old' } });
    const before = await desk.auditTrail(100);
    await expect(desk.replay(idOf(topic, 7), 'mina')).resolves.toMatchObject({ state: 'replayed' });
    const [record] = await readTopic(infra.kafka.brokers, topic, 1);
    const headers = Object.fromEntries(Object.entries(record?.headers ?? {}).map(([name, value]) => [name, String(value)]));
    expect([String(record?.key), String(record?.value)]).toEqual(['k', 'value 7']);
    const id = idOf(topic, 7);
    expect(headers).toEqual({ ce_id: 'event-7', traceparent: 't', 'replay-group': 'shop', 'replay-of': id, 'replay-first': id, 'replay-first-died': '2026-11-24T10:00:00.000Z', 'replay-attempt': '2' });
    const added = (await desk.auditTrail(100)).slice(0, -before.length || undefined);
    expect(added).toMatchObject([{ action: 'replayed', letter: id, by: 'mina' }, { action: 'replay-requested', letter: id, by: 'mina' }]);
    expect(added[0]?.operation).toBe(added[1]?.operation);
    await expect(desk.replay(id, 'mina')).rejects.toMatchObject({ code: 'letter-already-replayed' });
    await expect(desk.discard(id, 'mina', 'r')).rejects.toMatchObject({ code: 'letter-already-replayed' });
  });

  it('refuses a letter whose key has earlier open ones, and replays a key in its order', async () => {
    // They died in another order than they came: 6 was retried longest.
    const topic = await topicOf('ordered.v1', { offset: 7 }, { offset: 5 }, { offset: 9, key: 'other' }, { offset: 6 });
    await expect(desk.replay(idOf(topic, 7), 'a')).rejects.toMatchObject({
      code: 'earlier-letters-open',
      message: expect.stringContaining(`${idOf(topic, 5)}, ${idOf(topic, 6)}. Replay or discard them first`),
    });
    await expect(desk.replay(idOf(topic, 9), 'a')).resolves.toMatchObject({ state: 'replayed' }); // another key waits for nobody
    await expect(desk.replayAll({ topic, key: 'k' }, 'a')).resolves.toEqual({ replayed: 3, heldBack: 0, failed: [], remaining: 0 });
    expect(await valuesIn(topic, 4)).toEqual(['value 9', 'value 5', 'value 6', 'value 7']);
  });

  it('goes past no open letter of a key, whatever the filter', async () => {
    const topic = await topicOf('filtered.v1', { offset: 1 }, { offset: 2, code: 'not-json' }, { offset: 3 }, { offset: 4, key: 'other' });
    await expect(desk.replayAll({ topic, code: 'handler-failed' }, 'a')).resolves.toMatchObject({ replayed: 2, heldBack: 1 });
    expect(await openIn(topic)).toEqual([2, 3]);
    await desk.discard(idOf(topic, 2), 'a', 'never was an event');
    await expect(desk.replay(idOf(topic, 3), 'a')).resolves.toMatchObject({ state: 'replayed' });
  });

  it('replays no letter that died so long ago that the inbox may have forgotten its event, unless told to', async () => {
    const [exactly, older] = ['2026-11-17T10:00:00.000Z', '2026-11-17T09:59:59.999Z']; // seven days, and more
    const topic = await topicOf('old.v1', { offset: 1, diedAt: older }, { offset: 2 }, { offset: 3, key: 'other' }, { offset: 4, key: 'third', diedAt: exactly });
    const refused = { code: 'letter-too-old', message: expect.stringContaining('--even-if-old') as string };
    await expect(desk.replay(idOf(topic, 1), 'a')).rejects.toMatchObject(refused);
    await expect(desk.replayAll({ topic }, 'a')).resolves.toMatchObject({ replayed: 2, heldBack: 1, failed: [{ id: idOf(topic, 1), code: 'letter-too-old' }], remaining: 0 });
    await expect(desk.inspect(idOf(topic, 1))).resolves.toMatchObject({ state: 'open', audit: [] });
    await expect(desk.replay(idOf(topic, 1), 'a', { evenIfOld: true })).resolves.toMatchObject({ state: 'replayed' });
    await producer.send([deadRecord({ topic, offset: 5, diedAt: older })]);
    await expect(desk.replayAll({ topic }, 'a', { evenIfOld: true })).resolves.toMatchObject({ replayed: 2, failed: [] });
  });

  it('settles a letter without a replay, with a reason', async () => {
    const topic = await topicOf('discarded.v1', { offset: 1, value: 'poison' });
    await expect(desk.discard(idOf(topic, 1), 'mina', 'a typing error')).resolves.toMatchObject({ state: 'discarded' });
    const { audit, value } = await desk.inspect(idOf(topic, 1));
    expect(audit).toMatchObject([{ action: 'discarded', by: 'mina', reason: 'a typing error' }]);
    expect(value?.content).toBe('poison');
    for (const again of [desk.discard(idOf(topic, 1), 'm', 'r'), desk.replay(idOf(topic, 1), 'm')]) {
      await expect(again).rejects.toMatchObject({ code: 'letter-already-discarded' });
    }
    expect(await openIn(topic)).toEqual([]);
  });

  it.each([
    ['before the record was published', 2, 1],
    ['after it, before that was audited', 3, 2],
  ])('that died %s leaves a letter that is seen to be unconfirmed, and may be replayed again', async (_, dyingSend, published) => {
    const topic = await topicOf(`died-${dyingSend}.v1`, { offset: 1 });
    const real = producer.send.bind(producer);
    let sends = 0;
    const send = jest.spyOn(producer, 'send').mockImplementation((records) => (++sends >= dyingSend ? Promise.reject(new Error('died')) : real(records)));
    await expect(openDesk().replay(idOf(topic, 1), 'a')).rejects.toThrow('died');
    send.mockRestore();
    const next = openDesk();
    expect(await next.list({ state: 'open', topic, limit: 1 })).toMatchObject([{ state: 'open', replayRequestedAt: expect.any(String) }]);
    await expect(next.replay(idOf(topic, 1), 'b')).resolves.toMatchObject({ state: 'replayed' });
    expect((await next.inspect(idOf(topic, 1))).audit.map(({ action, by }) => [action, by])).toEqual([
      ['replay-requested', 'a'], ['replay-requested', 'b'], ['replayed', 'b'],
    ]);
    expect(await valuesIn(topic, published)).toEqual(Array.from({ length: published }, () => 'value 1'));
  });

  it('discards no letter whose replay is still on its way, and says so in time', async () => {
    const topic = await topicOf('hanging.v1', { offset: 1 });
    const { promise: stuck, resolve: letGo } = Promise.withResolvers<void>();
    const real = producer.send.bind(producer);
    const send = jest.spyOn(producer, 'send').mockImplementation((records) => (records[0]?.topic === topic ? stuck.then(() => real(records)) : real(records)));
    await expect(desk.replay(idOf(topic, 1), 'a')).rejects.toBeInstanceOf(DeskUnavailableError);
    const askedAt = performance.now();
    await expect(desk.discard(idOf(topic, 1), 'b', 'r')).rejects.toBeInstanceOf(DeskUnavailableError);
    expect(performance.now() - askedAt).toBeLessThan(8_000);
    expect(await desk.list({ state: 'open', topic, limit: 1 })).toMatchObject([{ state: 'open', replayRequestedAt: expect.any(String) }]);
    send.mockRestore();
    letGo();
    // Nobody waited for it any more, yet it was published: that is what it counts as.
    await expect(desk.discard(idOf(topic, 1), 'b', 'r')).rejects.toMatchObject({ code: 'letter-already-replayed' });
    expect(await valuesIn(topic, 1)).toEqual(['value 1']);
    expect((await desk.inspect(idOf(topic, 1))).audit.map(({ action, by }) => [action, by])).toEqual([['replay-requested', 'a'], ['replayed', 'a']]);
  });

  it('knows everything again after a restart, also beside an entry that is none', async () => {
    await producer.send([{ topic: auditTopic.name, key: 'x', value: 'not JSON' }, { topic: auditTopic.name, key: 'x', value: null }]);
    const states = ['open', 'replayed', 'discarded'] as const;
    const all = (of: DeadLetterDesk) => Promise.all(states.map((state) => of.list({ state, limit: 100 })));
    const known = await all(desk);
    expect(known.map((list) => list.length > 0)).toEqual([true, true, true]);
    expect(await all(openDesk())).toEqual(known);
  });

  it('lets two desks replay at the same moment: the trail shows each, and afterwards it is done for both', async () => {
    const topic = await topicOf('contended.v1', { offset: 1 });
    const [one, other] = [openDesk(), openDesk()];
    const outcomes = await Promise.allSettled([one.replay(idOf(topic, 1), 'one'), other.replay(idOf(topic, 1), 'other'), one.replay(idOf(topic, 1), 'one')]);
    const replays = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect([1, 2]).toContain(replays);
    expect(outcomes[2]).toMatchObject({ status: 'rejected', reason: { code: 'letter-already-replayed' } }); // one desk never does it twice
    const { audit } = await desk.inspect(idOf(topic, 1));
    expect(audit.filter(({ action }) => action === 'replayed')).toHaveLength(replays);
    expect(await valuesIn(topic, replays)).toHaveLength(replays);
    await expect(desk.replay(idOf(topic, 1), 'x')).rejects.toMatchObject({ code: 'letter-already-replayed' });
  });

  it('keeps going when one letter cannot be published: its key waits, the others do not', async () => {
    const topic = await topicOf('large.v1', { offset: 1, value: 'x'.repeat(1_100_000) }, { offset: 2 }, { offset: 3, key: 'other' });
    await expect(desk.replayAll({ topic }, 'a')).resolves.toEqual({
      replayed: 1,
      heldBack: 1,
      failed: [{ id: idOf(topic, 1), code: 'letter-too-large', detail: expect.stringContaining('raise max.message.bytes') }],
      remaining: 0,
    });
    expect(await valuesIn(topic, 1)).toEqual(['value 3']);
    expect(await openIn(topic)).toEqual([1, 2]);
  });

  it('does not take a letter for replayed whose partition is gone: KafkaJS alone would send nothing, and say that it has', async () => {
    const topic = await topicOf('shrunk.v1', { offset: 1, partition: 50 });
    const refused = { code: 'letter-not-replayable', message: expect.stringContaining('no partition 50') as string };
    await expect(desk.replay(`${topic}:50:1:shop`, 'mina')).rejects.toMatchObject(refused);
    expect(await openIn(topic)).toEqual([1]);
  });

  it('believes no headers that name another topic than the one it lies in', async () => {
    const topic = await topicOf('forged.v1');
    const target = await topicOf('target.v1');
    await producer.send([{ ...deadRecord({ topic: target, offset: 1 }), topic: deadLetterTopic(topic, 'shop').name }]);
    const dlq = deadLetterTopic(topic, 'shop').name;
    expect(await openIn(target)).toEqual([]);
    expect(await desk.list({ state: 'open', topic: dlq, limit: 10 })).toMatchObject([{ letter: { code: 'unknown-origin' } }]);
    await expect(desk.replay(`${dlq}:0:0:unknown`, 'mina')).rejects.toMatchObject({ code: 'letter-not-replayable' });
  });

  it('shows what somebody else has put into a dead-letter topic, and does not know where to replay it', async () => {
    const topic = await topicOf('foreign.v1');
    await producer.send([{ topic: `${topic}.shop.dlq`, key: null, value: 'hello' }]);
    const id = `${topic}.shop.dlq:0:0:unknown`;
    await expect(desk.inspect(id)).resolves.toMatchObject({ letter: { code: 'unknown-origin' }, value: { content: 'hello' } });
    await expect(desk.replay(id, 'a')).rejects.toMatchObject({ code: 'letter-not-replayable' });
    await expect(desk.discard(id, 'a', 'nobody knows it')).resolves.toMatchObject({ state: 'discarded' });
  });

  it('holds no more letters than it has room for, says how many wait, and takes them once others are settled', async () => {
    const topic = await topicOf('many.v1', ...Array.from({ length: 6 }, (_, offset) => ({ offset })));
    const total = (await desk.list({ state: 'open', limit: 1_000 })).length;
    const small = openDesk(total - 2);
    await small.refresh();
    expect(small.unindexedRecords).toBeGreaterThanOrEqual(2);
    await desk.replayAll({ topic: 'ordered.v1' }, 'a');
    for (const offset of [0, 1, 2]) await desk.discard(idOf(topic, offset), 'a', 'room');
    await small.refresh();
    expect(await openIn(topic, small)).toEqual([3, 4, 5]);
    expect(small.unindexedRecords).toBe(0);
  });

  it('says that Kafka is away, and goes on when it is back', async () => {
    await infra.process('kafka').pause();
    const startedAt = performance.now();
    await expect(desk.list({ state: 'open', limit: 1 })).rejects.toBeInstanceOf(DeskUnavailableError);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    await infra.process('kafka').resume();
    const topic = await topicOf('resumed.v1', { offset: 1 });
    expect(await openIn(topic)).toEqual([1]);
  });

  it('lists and replays thousands', async () => {
    const topic = await topicOf('thousands.v1');
    for (let from = 0; from < 5_000; from += 1_000) {
      await producer.send(Array.from({ length: 1_000 }, (_, i) => deadRecord({ topic, offset: from + i, key: `k${(from + i) % 50}` })));
    }
    const fresh = openDesk();
    const startedAt = performance.now();
    expect(await fresh.list({ state: 'open', topic, limit: 100 })).toHaveLength(100);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    const again = performance.now();
    await fresh.list({ state: 'open', topic, limit: 100, after: { deadAt: DIED_AT, id: idOf(topic, 3_000) } });
    expect(performance.now() - again).toBeLessThan(1_000);
    const report = await fresh.replayAll({ topic }, 'a');
    expect(report.replayed).toBeGreaterThan(0);
    expect(report.replayed + report.remaining).toBe(5_000);
    expect(await fresh.list({ state: 'open', topic, limit: 10_000 })).toHaveLength(report.remaining);
    const offsets = Map.groupBy(await readTopic(infra.kafka.brokers, topic, report.replayed), ({ key }) => String(key));
    for (const records of offsets.values()) {
      const order = records.map(({ value }) => Number(String(value).slice('value '.length)));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
  });
});
