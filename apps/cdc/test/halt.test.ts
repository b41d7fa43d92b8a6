import { createKafka } from '@madang/event-bus';
import { CreateOutbox1764000000001, Outbox } from '@madang/outbox';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { LogReaders } from '../src/log-readers.service';
import { reconcileDatabase } from '../src/reconcile-database';
import { eventually } from './row-added-topic';

const DATABASES = ['member', 'board'];
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

let infra: Infra;
let readers: LogReaders | undefined;
const owners = new Map<string, DataSource>();

beforeAll(async () => {
  Logger.overrideLogger(false);
  infra = await startInfra({ postgres: { databases: DATABASES }, kafka: true });
  for (const database of DATABASES) {
    const url = infra.postgres.url(database);
    owners.set(database, await new DataSource({ type: 'postgres', url, migrations: [CreateOutbox1764000000001], migrationsRun: true }).initialize());
  }
});
afterAll(async () => {
  await readers?.onApplicationShutdown();
  for (const owner of owners.values()) await owner.destroy();
  await infra?.stop();
});

const kafka = (): ReturnType<typeof createKafka> => createKafka({ clientId: 'cdc', brokers: infra.kafka.brokers });
const statsOf = (database: string) => readers?.stats().find((stats) => stats.database === database);

async function commit(database: string): Promise<void> {
  const message = { aggregateType: 'a', aggregateId: database, aggregateVersion: 1, type: 't', schemaVersion: 1, payload: {} };
  await owners.get(database)?.transaction((manager) => new Outbox().publish(manager, message));
}

it('a database whose slot is missing halts alone, says what to do, and goes on by itself once that is done', async () => {
  const admin = await new DataSource({ type: 'postgres', url: infra.postgres.adminUrl('member') }).initialize();
  await admin.query(`SELECT pg_drop_replication_slot('outbox_member')`);
  await admin.destroy();
  const urls = DATABASES.map((database) => infra.postgres.url(database, 'cdc'));
  readers = new LogReaders(urls, kafka());
  await readers.onApplicationBootstrap();
  for (const database of DATABASES) await commit(database);

  await eventually(() => statsOf('member')?.state === 'halted', 30_000);
  expect(statsOf('member')?.haltedFor).toBe('To heal member (CDC_SLOT_MISSING): npm run reconcile -- member');
  await expect(readers.assertReady()).rejects.toThrow('member is halted');
  await eventually(() => statsOf('board')?.rowsPublished === 1, 30_000);

  const servers = [infra.postgres.url('member', 'cdc')];
  const report = await reconcileDatabase({ database: 'member', servers, kafka: kafka(), connectUrl: null, force: false, logger: SILENT });
  expect(report).toMatchObject({ found: 'missing', rowsPublished: 1 });
  await eventually(() => statsOf('member')?.state === 'streaming', 30_000);
  expect(statsOf('member')?.haltedFor).toBeNull();
  expect(statsOf('board')).toMatchObject({ state: 'streaming', connectionsLost: 0 });
}, 120_000);
