import { setTimeout as sleep } from 'node:timers/promises';
import { connectorName, storedOffsetKey } from '@madang/cdc';
import { createKafka, ensureTopics, RecordProducer } from '@madang/event-bus';
import { CreateOutbox1764000000001 } from '@madang/outbox';
import { Logger } from '@nestjs/common';
import type { Kafka } from 'kafkajs';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { StoredOffset } from '../src/debezium/stored-offset';
import { LogReaders } from '../src/log-readers.service';
import { reconcileDatabase } from '../src/reconcile-database';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

let infra: Infra;
let kafka: Kafka;
let producer: RecordProducer;
let logged: string[];

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['member'] }, kafka: true });
  const owner = await new DataSource({ type: 'postgres', url: infra.postgres.url('member'), migrations: [CreateOutbox1764000000001], migrationsRun: true }).initialize();
  await owner.destroy();
  kafka = createKafka({ clientId: 'test', brokers: infra.kafka.brokers });
  producer = new RecordProducer(kafka);
  await ensureTopics(kafka, [{ name: 'connect-offsets', partitions: 3 }]);
});
afterAll(async () => {
  await producer?.close();
  await infra?.stop();
});
beforeEach(() => {
  logged = [];
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (line: unknown) => logged.push(JSON.stringify(line)) });
});

/** As a worker of Kafka Connect files it. */
async function debeziumStoodAt(position: number): Promise<void> {
  const value = JSON.stringify({ lsn_proc: position, lsn: position });
  await producer.send([{ topic: 'connect-offsets', key: storedOffsetKey(connectorName('member'), 'member'), value }]);
}

const url = (): string => infra.postgres.url('member', 'cdc');
const reconcileMember = (force: boolean): Promise<unknown> =>
  reconcileDatabase({ database: 'member', servers: [url()], kafka, connectUrl: null, logger: SILENT, force });

/** Runs the embedded engine until it reads or halts. @returns what it halted with */
async function startEmbedded(): Promise<Error | undefined> {
  const halts: Error[] = [];
  const readers = new LogReaders([url()], kafka, (error) => halts.push(error));
  await readers.onApplicationBootstrap();
  while (halts.length === 0 && readers.stats()[0]?.state !== 'streaming') await sleep(50);
  await readers.onApplicationShutdown();
  return halts[0];
}

it('a position of Debezium that the slot no longer follows on outlives every refusal, until somebody has reconciled', async () => {
  await debeziumStoodAt(1); // the slot begins later: it was made anew
  expect(await startEmbedded()).toMatchObject({ code: 'CDC_OFFSET_BEHIND' });
  expect(logged.join('\n')).toContain('npm run reconcile -- member --force');
  await expect(reconcileMember(false)).rejects.toMatchObject({ code: 'CDC_NOTHING_TO_RECONCILE' });
  await expect(new StoredOffset(kafka, 'member', [url()]).handOver()).rejects.toMatchObject({ code: 'CDC_OFFSET_BEHIND' });
  await reconcileMember(true);
  expect(await startEmbedded()).toBeUndefined();
}, 120_000);

it('a position that the slot holds is forgotten when the embedded engine takes over', async () => {
  const client = await new DataSource({ type: 'postgres', url: infra.postgres.adminUrl('member') }).initialize();
  const [row] = await client.query<{ at: string }[]>(`SELECT (pg_current_wal_lsn() - '0/0')::text AS at`);
  await client.destroy();
  await debeziumStoodAt(Number(row?.at));
  expect(await startEmbedded()).toBeUndefined();
  await debeziumStoodAt(1);
  await expect(new StoredOffset(kafka, 'member', [url()]).handOver()).rejects.toMatchObject({ code: 'CDC_OFFSET_BEHIND' }); // the check does look
}, 120_000);

it('a position of Debezium outlives a slot that is missing: made by hand, it would begin behind a gap', async () => {
  const admin = await new DataSource({ type: 'postgres', url: infra.postgres.adminUrl('member') }).initialize();
  await debeziumStoodAt(1);
  await admin.query(`SELECT pg_drop_replication_slot('outbox_member')`);
  expect(await startEmbedded()).toMatchObject({ code: 'CDC_SLOT_MISSING' });
  await admin.query(`SELECT pg_create_logical_replication_slot('outbox_member', 'pgoutput', false, false, true)`);
  await admin.destroy();
  expect(await startEmbedded()).toMatchObject({ code: 'CDC_OFFSET_BEHIND' });
}, 120_000);
