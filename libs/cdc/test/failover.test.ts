import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Infra, type InfraOptions, startInfra } from '../../../infra/test-infra.ts';
import { OutboxDatabase } from './outbox-database';
import { eventually, RecordingSink } from './recording-sink';

let infra: Infra;
let db: OutboxDatabase;
let standby: Client;

afterEach(async () => {
  await db.stopReaders();
  await db.close().catch(() => undefined); // the primary is dead
  await standby.end();
  await infra.stop();
});

async function startPair(slotSync?: NonNullable<InfraOptions['postgres']>['slotSync']): Promise<void> {
  infra = await startInfra({ postgres: { databases: ['pair'], standbys: 1, ...(slotSync && { slotSync }) } });
  db = await OutboxDatabase.open(infra.postgres, 'pair');
  standby = new Client(infra.postgres.replicas[0]?.adminUrl('pair'));
  await standby.connect();
}

/** Both servers, the standby first. */
function servers(): string[] {
  const [replica] = infra.postgres.replicas;
  return [replica?.url('pair', 'cdc') ?? '', db.readerUrl];
}

async function slotIsTakenOver(): Promise<void> {
  const sql = `SELECT FROM pg_replication_slots WHERE slot_name = $1 AND synced AND NOT temporary AND invalidation_reason IS NULL`;
  await eventually(async () => (await standby.query(sql, [db.slot])).rowCount === 1, 45_000);
}

/** Commits row after row until the server is gone. */
async function writeUntilDead(): Promise<void> {
  const client = await db.connect();
  try {
    for (let number = 0; ; number++) await client.query('INSERT INTO outbox (aggregateid) VALUES ($1)', [`row-${number}`]);
  } catch {
    await client.end().catch(() => undefined);
  }
}

async function killAndPromote(): Promise<void> {
  await infra.process('postgres').kill();
  await sleep(500); // for a while there is no primary
  await standby.query('SELECT pg_promote()');
}

/** Of the new primary, in the order of their commits: one connection wrote them. */
async function survivors(): Promise<string[]> {
  const sql = `SELECT aggregateid AS id FROM outbox WHERE aggregateid LIKE 'row-%' ORDER BY substr(aggregateid, 5)::int`;
  return (await standby.query<{ id: string }>(sql)).rows.map(({ id }) => id);
}

it('after a promotion the reader goes on there, in order, and nothing that it published is missing there', async () => {
  await startPair('strict');
  const sink = new RecordingSink();
  const reader = db.read(sink, { connection: servers(), heartbeatIntervalMs: 100 });
  await slotIsTakenOver();
  // What makes "nothing is missing" true, also where the standby happens to be fast: nothing is published before it has it.
  await infra.process('replica-1').pause();
  await db.insert('held');
  await sleep(500); // a hundred times what publishing takes
  expect(sink.ids).toEqual([]);
  await infra.process('replica-1').resume();
  await eventually(() => sink.ids.includes('held'), 20_000);
  const writing = writeUntilDead();
  await eventually(() => sink.ids.length > 500, 20_000);
  const published = sink.ids.length;
  await killAndPromote();
  await writing;
  const survived = await survivors();
  await standby.query(`INSERT INTO outbox (aggregateid) VALUES ('after')`);
  await eventually(() => sink.ids.includes('after'), 30_000);
  expect(survived.length).toBeGreaterThan(published / 2);
  expect(sink.firstAppearances).toEqual(['held', ...survived, 'after']);
  expect(reader.stats()).toMatchObject({ state: 'streaming' });
});

it('a slot that was not taken over halts the reader, which says so, instead of beginning anew', async () => {
  await startPair();
  const sink = new RecordingSink();
  const reader = db.read(sink, { connection: servers(), heartbeatIntervalMs: 100 });
  await db.insert('before');
  await eventually(() => sink.ids.length === 1);
  await killAndPromote();
  await expect(reader.done).rejects.toMatchObject({ code: 'CDC_SLOT_MISSING' });
});
