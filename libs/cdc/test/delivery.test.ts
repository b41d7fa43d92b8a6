import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { encodeRowAdded, type RowAdded } from '../src/index';
import { OutboxDatabase, type RunningReader } from './outbox-database';
import { eventually, RecordingSink } from './recording-sink';

let infra: Infra;
let db: OutboxDatabase;
let reader: RunningReader;
let sink: RecordingSink;
let rows: RowAdded[];

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['delivery'] } });
  db = await OutboxDatabase.open(infra.postgres, 'delivery');
});
afterAll(async () => {
  await db.close();
  await infra.stop();
});
beforeEach(() => {
  rows = [];
  sink = new RecordingSink((batch) => rows.push(...batch));
  reader = db.read(sink);
});
afterEach(async () => {
  await reader.stop();
  // A test may end on a row whose commit has not been read yet: it would come again, rightly, in the next one.
  await db.advanceSlot();
});

describe('what is committed', () => {
  it('arrives whole and in commit order', async () => {
    const ids = Array.from({ length: 500 }, (_, number) => `order-${number}`);
    for (const id of ids) await db.insert(id);
    await eventually(() => sink.ids.length >= ids.length);
    expect(sink.ids).toEqual(ids);
    expect(sink.mostInFlight).toBe(1);
  });

  it('arrives in the order of the commits, not of the inserts', async () => {
    const other = await db.connect();
    await db.client.query(`BEGIN; INSERT INTO outbox (aggregateid) VALUES ('slow-1')`);
    await other.query(`BEGIN; INSERT INTO outbox (aggregateid) VALUES ('fast-1')`);
    await db.client.query(`INSERT INTO outbox (aggregateid) VALUES ('slow-2')`);
    await other.query(`INSERT INTO outbox (aggregateid) VALUES ('fast-2'); COMMIT`);
    await db.client.query(`INSERT INTO outbox (aggregateid) VALUES ('slow-3'); COMMIT`);
    await other.end();
    await eventually(() => sink.ids.length >= 5);
    expect(sink.ids).toEqual(['fast-1', 'fast-2', 'slow-1', 'slow-2', 'slow-3']);
  });

  it('arrives from many writers at once, each in its own order; what is rolled back never does', async () => {
    const committed: string[][] = await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        const client = await db.connect();
        const mine: string[] = [];
        for (let number = 0; number < 60; number++) {
          const id = `w${writer}-${number}`;
          const rollback = number % 10 === 3;
          await client.query('BEGIN');
          await client.query('INSERT INTO outbox (aggregateid) VALUES ($1)', [id]);
          if (number % 7 === 0) {
            await client.query(`SAVEPOINT s; INSERT INTO outbox (aggregateid) VALUES ('undone'); ROLLBACK TO s`);
          }
          await client.query(rollback ? 'ROLLBACK' : 'COMMIT');
          if (!rollback) mine.push(id);
        }
        await client.end();
        return mine;
      }),
    );
    await eventually(() => sink.ids.length >= committed.flat().length);
    committed.forEach((mine, writer) => {
      expect(sink.ids.filter((id) => id.startsWith(`w${writer}-`))).toEqual(mine);
    });
    expect(sink.ids).toHaveLength(committed.flat().length);
  });

  it('arrives row by row from one statement, where rows share an LSN', async () => {
    const ids = Array.from({ length: 3_000 }, (_, number) => `many-${number}`);
    await db.insert(...ids);
    await eventually(() => sink.ids.length >= ids.length);
    expect(sink.ids).toEqual(ids);
    expect(new Set(rows.map(({ transaction }) => transaction.xid)).size).toBe(1);
  });

  it('arrives with every value as it was written, whatever the session that wrote it', async () => {
    const payload = { text: '마당 "q" \\ \n 😀', big: 'x'.repeat(300_000) };
    await db.client.query(`SET timezone TO 'Asia/Seoul'; SET datestyle TO 'German'`);
    await db.client.query(
      `INSERT INTO outbox (aggregateid, aggregateversion, payload, createdat) VALUES ($1, $2, $3, $4)`,
      ['마당/1', '9007199254740993', payload, '2026-11-23T15:20:21.120000+09:00'],
    );
    await db.client.query('RESET timezone; RESET datestyle');
    await eventually(() => rows.length >= 1);
    const [record] = rows.map(encodeRowAdded);
    expect(record).toMatchObject({ topic: 'cdc.delivery.public.outbox', key: '마당/1' });
    expect(record?.value).toContain('"aggregateversion":9007199254740993,');
    expect(record?.value).toContain('"createdat":"2026-11-23T06:20:21.120000Z"');
    const { after, source } = JSON.parse(record?.value ?? '') as { after: { payload: string }; source: { ts_us: number } };
    expect(JSON.parse(after.payload)).toEqual(payload);
    expect(Math.abs(source.ts_us / 1000 - Date.now())).toBeLessThan(60_000);
  });

  it('is read although other tables, and messages of others, are in the log between', async () => {
    await db.client.query(`CREATE TABLE noise AS SELECT generate_series(1, 1000) AS n`);
    await db.client.query(`SELECT pg_logical_emit_message(true, 'other', 'x')`);
    await db.insert('between');
    await db.client.query(`BEGIN; UPDATE noise SET n = n + 1; SELECT pg_logical_emit_message(false, 'other', 'y'); COMMIT`);
    await db.insert('after');
    await eventually(() => sink.ids.length >= 2);
    expect(sink.ids).toEqual(['between', 'after']);
  });

  it('is confirmed up to the last commit when the reader stops, and does not come again', async () => {
    await db.insert('once');
    await eventually(() => sink.ids.includes('once'));
    await reader.stop();
    expect(reader.stats()).toMatchObject({ state: 'stopped', bufferedRows: 0 });
    expect(await db.walSenderPid()).toBeNull(); // the slot is free as soon as run() has resolved
    expect(await db.confirmedLsn()).toBe(reader.stats().confirmedLsn);
    const again = new RecordingSink();
    reader = db.read(again);
    await db.insert('next');
    await eventually(() => again.ids.length >= 1);
    expect(again.ids).toEqual(['next']);
  });
});
