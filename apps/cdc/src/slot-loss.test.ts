import { setTimeout as sleep } from 'node:timers/promises';
import { createKafka } from '@madang/event-bus';
import { rowAddedTopic } from '@madang/events';
import { CreateOutbox1764000000001, Outbox } from '@madang/outbox';
import { Logger } from '@nestjs/common';
import { register } from 'prom-client';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { LogReaders } from './log-readers.service';
import { exposeReaderMetrics } from './reader.metrics';
import { reconcileDatabase } from './reconcile-database';

// The whole story of a Kafka that is away for too long: the budget shrinks and is told, the slot is lost, the reader halts,
// and a person heals it with one command.

let infra: Infra;
let owner: DataSource;
let readers: LogReaders | undefined;
const fatal: Error[] = [];
const logged: string[] = [];

const remember = (message: unknown): void => {
  logged.push(typeof message === 'string' ? message : JSON.stringify(message));
};
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeAll(async () => {
  Logger.overrideLogger({ log: () => undefined, warn: remember, error: remember, debug: () => undefined });
  infra = await startInfra({ postgres: { databases: ['member'] }, kafka: true });
  const url = infra.postgres.url('member');
  owner = await new DataSource({ type: 'postgres', url, migrations: [CreateOutbox1764000000001], migrationsRun: true }).initialize();
  exposeReaderMetrics(() => readers?.stats() ?? []);
});
afterAll(async () => {
  await readers?.onApplicationShutdown();
  await owner?.destroy();
  await infra?.stop();
});

const kafka = (): ReturnType<typeof createKafka> => createKafka({ clientId: 'cdc', brokers: infra.kafka.brokers });

async function startReaders(): Promise<LogReaders> {
  fatal.length = 0;
  readers = new LogReaders([infra.postgres.url('member', 'cdc')], kafka(), (error) => fatal.push(error));
  await readers.onApplicationBootstrap();
  return readers;
}

async function commit(version: number): Promise<void> {
  const message = { aggregateType: 'member', aggregateId: 'a', aggregateVersion: version, type: 't', schemaVersion: 1, payload: {} };
  await owner.transaction((manager) => new Outbox().publish(manager, message));
}

async function asAdmin(sql: string): Promise<void> {
  const admin = await new DataSource({ type: 'postgres', url: infra.postgres.adminUrl('member') }).initialize();
  for (const statement of sql.split(';')) await admin.query(statement);
  await admin.destroy();
}

/** Fills a segment of the log, 16 MB. */
const fillSegment = (): Promise<void> => asAdmin(`SELECT pg_logical_emit_message(false, 'fill', 'x'); SELECT pg_switch_wal()`);

async function metric(name: string): Promise<number | null> {
  const found = (await register.getSingleMetric(name)?.get())?.values[0]?.value;
  return found ?? null;
}

async function eventually(condition: () => unknown, timeoutMs: number): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(50)) {
    if (await condition()) return;
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${condition.toString()}\n${logged.slice(-5).join('\n')}`);
  }
}

/** Versions in the topic, in its order: one aggregate is in one partition. */
async function topicHolds(): Promise<{ versions: number[]; stop: () => Promise<void> }> {
  const versions: number[] = [];
  const consumer = kafka().consumer({ groupId: 'test', maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [rowAddedTopic('member').name], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      const { after } = JSON.parse(String(message.value)) as { after: { aggregateversion: number } };
      versions.push(after.aggregateversion);
      return Promise.resolve();
    },
  });
  return { versions, stop: () => consumer.disconnect() };
}

it('a Kafka that is away for too long costs the slot, not a row', async () => {
  await asAdmin(`ALTER SYSTEM SET max_slot_wal_keep_size = '160MB'; SELECT pg_reload_conf()`);
  await startReaders();
  await commit(1);
  await eventually(() => readers?.stats()[0]?.rowsPublished === 1, 30_000);
  await infra.process('kafka').kill();
  for (const version of [2, 3]) await commit(version);

  // The budget shrinks: metrics and a warning say so while there is time.
  await eventually(async () => (await metric('cdc_slot_safe_wal_bytes')) !== null, 30_000);
  const before = (await metric('cdc_slot_safe_wal_bytes')) ?? 0;
  await fillSegment();
  await fillSegment();
  await eventually(async () => ((await metric('cdc_slot_safe_wal_bytes')) ?? before) < before, 30_000);
  expect(await metric('cdc_slot_loss_seconds')).toBeGreaterThan(0);
  expect(logged.join('\n')).toContain('the slot will be lost unless');
  expect(fatal).toEqual([]);

  // It is lost; the reader halts, and says what to do.
  for (let segment = 0; segment < 14; segment++) await fillSegment();
  await asAdmin('CHECKPOINT');
  await eventually(() => fatal.length > 0, 60_000);
  expect(fatal).toMatchObject([{ code: 'CDC_SLOT_LOST' }]);
  expect(logged.join('\n')).toContain('npm run reconcile -- member');
  await readers?.onApplicationShutdown();
  await commit(4);
  await asAdmin(`ALTER SYSTEM RESET max_slot_wal_keep_size; SELECT pg_reload_conf()`);
  await infra.process('kafka').start();
  await startReaders(); // as its supervisor does
  await eventually(() => fatal.length > 0, 30_000);
  await readers?.onApplicationShutdown();

  const heal = { database: 'member', servers: [infra.postgres.url('member', 'cdc')], kafka: kafka(), connectUrl: null, logger: SILENT };
  const report = await reconcileDatabase({ ...heal, force: false });
  expect(report).toMatchObject({ found: 'lost', rowsRetained: 4 });
  expect(report.rowsInTopic + report.rowsPublished).toBe(4);
  await expect(reconcileDatabase({ ...heal, force: false })).rejects.toMatchObject({ code: 'CDC_NOTHING_TO_RECONCILE' });
  await startReaders();
  await commit(5);
  const { versions, stop } = await topicHolds();
  await eventually(() => versions.includes(5), 30_000);
  expect([...new Set(versions)]).toEqual([1, 2, 3, 4, 5]);
  await stop();
}, 180_000);
