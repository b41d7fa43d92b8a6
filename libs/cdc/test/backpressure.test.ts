import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { RowAdded } from '../src/index';
import { OutboxDatabase } from './outbox-database';
import { eventually, RecordingSink } from './recording-sink';

let infra: Infra;
let db: OutboxDatabase;

const WAL_SENDER_TIMEOUT_MS = 2_000;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['pressure'] } });
  db = await OutboxDatabase.open(infra.postgres, 'pressure');
  await db.asAdmin(`ALTER SYSTEM SET wal_sender_timeout = ${WAL_SENDER_TIMEOUT_MS}`);
  await db.asAdmin('SELECT pg_reload_conf()');
});
afterAll(async () => {
  await db.close();
  await infra.stop();
});

function fill(count: number, name = 'row'): Promise<unknown> {
  return db.client.query(
    `INSERT INTO outbox (aggregateid, payload)
     SELECT $2::text || '-' || i, jsonb_build_object('text', repeat('x', 200)) FROM generate_series(1, $1::int) i`,
    [count, name],
  );
}

it('keeps the connection while the sink takes three times as long as the server would wait', async () => {
  await fill(20_000);
  const { promise: freed, resolve: free } = Promise.withResolvers<void>();
  const sink = new RecordingSink(() => freed);
  const reader = db.read(sink);
  await eventually(() => reader.stats().paused);
  const pid = await db.walSenderPid();
  await sleep(WAL_SENDER_TIMEOUT_MS * 3);
  expect(await db.walSenderPid()).toBe(pid);
  expect(reader.stats()).toMatchObject({ state: 'streaming', connectionsLost: 0, rowsPublished: 0, paused: true });
  free();
  await eventually(() => sink.ids.length >= 20_000);
  expect(sink.ids).toHaveLength(20_000);
  await reader.stop();
});

it('streams a transaction of 200,000 rows through a bounded buffer, before its commit has arrived', async () => {
  const limits = { bufferedRows: 4_000, bufferedBytes: 2 * 1024 * 1024, batchRows: 500, batchBytes: 256 * 1024 };
  /** A chunk of the socket that was under way when it was paused. */
  const chunkRows = 1_000;
  let rows = 0;
  const names = new Set<string>();
  let mostRows = 0;
  let mostBytes = 0;
  let last: RowAdded | undefined;
  await fill(200_000, 'large');
  const committed = await db.currentLsn();
  let confirmedInside = 0n;
  const reader = db.read(
    {
      publish: async (batch) => {
        // What the reader before had published and was not heard to confirm comes once more.
        const own = batch.flatMap(({ values }) => values.find((value) => value?.startsWith('large-')) ?? []);
        rows += own.length;
        for (const name of own) names.add(name);
        last = batch.at(-1);
        const stats = reader.stats();
        mostRows = Math.max(mostRows, stats.bufferedRows);
        mostBytes = Math.max(mostBytes, stats.bufferedBytes);
        if (rows < 150_000) confirmedInside = stats.confirmedLsn;
        await sleep(1);
      },
    },
    { limits },
  );
  await eventually(() => names.size >= 200_000, 30_000);
  // Twice comes only what a connection was lost with, as a busy machine may: this server waits for 2 s.
  expect(rows === 200_000 || reader.stats().connectionsLost > 0).toBe(true);
  expect(last?.values).toContain('large-200000');
  expect(mostRows).toBeLessThan(limits.bufferedRows + chunkRows);
  expect(mostBytes).toBeLessThan(limits.bufferedBytes + chunkRows * 1_000);
  expect(confirmedInside < committed).toBe(true); // nothing of the transaction is confirmed before all of it is durable
  await eventually(() => reader.stats().confirmedLsn >= committed);
  await reader.stop();
});
