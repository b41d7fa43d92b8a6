import { setTimeout as sleep } from 'node:timers/promises';
import { formatLsn, type ReaderStats } from '@madang/cdc';
import { createKafka } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import { CreateOutbox1764000000001, Outbox, PartitionOutbox1764000000003 } from '@madang/outbox';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { LogReaders } from './log-readers.service';

const TOPIC = rowAddedTopic('member').name;

/** One row-added message, as a consumer sees it. */
interface Received {
  readonly key: string;
  readonly partition: number;
  readonly offset: number;
  readonly version: number;
}

let infra: Infra;
let owner: DataSource;
let readers: LogReaders;
let received: Received[];
let fatal: Error[];
let stopConsumer: () => Promise<void>;

beforeAll(async () => {
  Logger.overrideLogger(false);
  infra = await startInfra({ postgres: { databases: ['member'] }, kafka: true });
  owner = await new DataSource({
    type: 'postgres',
    url: infra.postgres.url('member'),
    migrations: [CreateOutbox1764000000001, PartitionOutbox1764000000003],
    migrationsRun: true,
  }).initialize();
  await startReaders();
  await stopReaders(); // the topic is there now
  received = [];
  const consumer = createKafka({ clientId: 'test', brokers: infra.kafka.brokers }).consumer({ groupId: 'test' });
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const { after } = JSON.parse(String(message.value)) as { after: { aggregateversion: number } };
      const offset = Number(message.offset);
      received.push({ key: String(message.key), partition, offset, version: after.aggregateversion });
      await Promise.resolve();
    },
  });
  stopConsumer = () => consumer.disconnect();
});
afterAll(async () => {
  await stopConsumer?.();
  await owner?.destroy();
  await infra?.stop();
});
beforeEach(startReaders);
afterEach(stopReaders);

async function startReaders(): Promise<void> {
  fatal = [];
  const kafka = createKafka({ clientId: 'cdc', brokers: infra.kafka.brokers });
  readers = new LogReaders([infra.postgres.url('member', 'cdc')], kafka, (error) => fatal.push(error));
  await readers.onApplicationBootstrap();
  await eventually(ready);
}

async function stopReaders(): Promise<void> {
  await readers.onApplicationShutdown();
}

/** What the health check says: null when ready. */
const fault = (): Promise<string | null> =>
  readers.assertReady().then(
    () => null,
    (error: Error) => error.message,
  );
const ready = async (): Promise<boolean> => (await fault()) === null;

function stats(): ReaderStats {
  const [only] = readers.stats();
  if (!only) throw new Error('no reader');
  return only;
}

const outbox = new Outbox();

/** Commits one row for each version, each in a transaction of its own. */
async function commit(aggregateId: string, ...versions: number[]): Promise<void> {
  for (const aggregateVersion of versions) {
    const message = { aggregateType: 'member', aggregateId, aggregateVersion, type: 't', schemaVersion: 1, payload: {} };
    await owner.transaction((manager) => outbox.publish(manager, message));
  }
}

const receivedOf = (key: string): Received[] =>
  received.filter((each) => each.key === key).sort((left, right) => left.offset - right.offset);
const versionsOf = (key: string): number[] => receivedOf(key).map(({ version }) => version);

async function currentLsn(): Promise<string> {
  const [row] = await owner.query<{ lsn: string }[]>('SELECT pg_current_wal_lsn()::text AS lsn');
  return row?.lsn ?? '';
}

/** Whether the server was told that everything before the position is durable. */
async function isConfirmed(lsn: string): Promise<boolean> {
  const sql = `SELECT confirmed_flush_lsn >= $1::pg_lsn AS confirmed FROM pg_replication_slots WHERE slot_name = 'outbox_member'`;
  const [row] = await owner.query<{ confirmed: boolean }[]>(sql, [lsn]);
  return row?.confirmed === true;
}

async function eventually(condition: () => unknown, timeoutMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(20)) {
    if (await condition()) return;
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${condition.toString()}`);
  }
}

describe('committed rows', () => {
  it('arrive in order, under the aggregate’s id, in one partition an aggregate; then they are confirmed', async () => {
    const versions = Array.from({ length: 50 }, (_, index) => index + 1);
    await Promise.all(['a', 'b', 'c'].map((id) => commit(id, ...versions)));
    const written = await currentLsn();
    await eventually(() => received.length >= 150);
    for (const id of ['a', 'b', 'c']) {
      expect(versionsOf(id)).toEqual(versions);
      expect(new Set(receivedOf(id).map(({ partition }) => partition)).size).toBe(1);
    }
    await eventually(() => isConfirmed(written));
    expect(stats()).toMatchObject({ database: 'member', state: 'streaming', rowsPublished: 150, publishingSince: null });
    expect(stats()).toMatchObject({ walStatus: 'reserved', lagBytes: expect.any(Number) as number }); // the heartbeat looks
    expect(formatLsn(stats().confirmedLsn)).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(fatal).toEqual([]);
  });

  it('are not confirmed while Kafka is dead, and arrive once it is back', async () => {
    await commit('dead', 1);
    await eventually(() => versionsOf('dead').length === 1);
    await infra.process('kafka').kill();
    const before = await currentLsn();
    await commit('dead', 2, 3);
    const written = await currentLsn();
    await eventually(() => stats().publishingSince !== null);
    await sleep(8_000); // long enough for the longest pauses between attempts
    const early = await isConfirmed(written);
    const told = await fault();
    const { bufferedRows } = stats();
    await infra.process('kafka').start(); // resolves when it answers
    const returnedAt = performance.now();
    expect(early).toBe(false);
    expect(told).toMatch(/^member: (publishing to Kafka has failed|Kafka has not acknowledged a batch) for \d+ s/);
    expect(bufferedRows).toBe(2);
    await eventually(() => stats().publishingSince === null, 30_000);
    const tookMs = performance.now() - returnedAt;
    expect(tookMs).toBeLessThan(6_000); // 1 s is the longest pause; the rest is for a busy machine
    await eventually(() => new Set(versionsOf('dead')).size === 3, 30_000);
    expect([...new Set(versionsOf('dead'))]).toEqual([1, 2, 3]); // an attempt in doubt may have come twice
    await eventually(() => isConfirmed(written));
    expect(before).not.toBe(written);
    await eventually(ready);
  }, 120_000);
});

describe('readiness', () => {
  it('ends while Kafka is frozen, saying so, and comes back', async () => {
    await infra.process('kafka').pause();
    await commit('frozen', 1);
    const told = await eventually(async () => !(await ready()), 8_000).then(fault, fault);
    const written = await currentLsn();
    await sleep(1_000);
    const early = await isConfirmed(written);
    await infra.process('kafka').resume();
    expect(told).toMatch(/^member: Kafka has not acknowledged a batch for \d+ s$/);
    expect(early).toBe(false);
    await eventually(ready, 30_000);
    await eventually(() => versionsOf('frozen').length >= 1);
  });

  it('ends while nothing comes through the log, although the database answers, and comes back', async () => {
    const [sender] = await owner.query<{ pid: number }[]>(`SELECT active_pid AS pid FROM pg_replication_slots`);
    if (!sender) throw new Error('no slot');
    await infra.signal('postgres', sender.pid, 'SIGSTOP');
    const told = await eventually(async () => !(await ready()), 18_000).then(fault, fault);
    await infra.signal('postgres', sender.pid, 'SIGCONT');
    expect(told).toMatch(/^member: no heartbeat has come through PostgreSQL's log for 1[5-9] s$/);
    await eventually(ready);
  });

  it('is not there after the end', async () => {
    await readers.onApplicationShutdown();
    expect(await fault()).toBe('member is stopped');
  });
});

describe('the end', () => {
  it('does not wait for Kafka while it is away', async () => {
    await infra.process('kafka').kill();
    await commit('end', 1);
    await eventually(() => stats().publishingSince !== null);
    const startedAt = Date.now();
    await readers.onApplicationShutdown();
    const took = Date.now() - startedAt;
    await infra.process('kafka').start();
    expect(took).toBeLessThan(10_000);
    await startReaders();
    await eventually(() => versionsOf('end').length >= 1, 20_000);
  });

  it('of a reader that halts is the end of the process', async () => {
    await owner.query('ALTER PUBLICATION outbox DROP TABLE outbox');
    await eventually(() => fatal.length > 0);
    expect(fatal).toMatchObject([{ code: 'CDC_PUBLICATION_INCOMPLETE' }]);
    expect(await fault()).toBe('member is halted');
    await owner.query('ALTER PUBLICATION outbox ADD TABLE outbox');
  });
});
