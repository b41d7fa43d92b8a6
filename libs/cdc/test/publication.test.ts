import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { OutboxDatabase } from './outbox-database';
import { eventually, RecordingSink } from './recording-sink';

let infra: Infra;
let db: OutboxDatabase;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['published'] } });
});
beforeEach(async () => {
  db = await OutboxDatabase.open(infra.postgres, 'published');
});
afterEach(async () => {
  await db.client.query('DROP TABLE outbox; DROP PUBLICATION IF EXISTS outbox');
  await db.advanceSlot();
  await db.close();
});
afterAll(() => infra.stop());

const DROP = 'ALTER PUBLICATION outbox DROP TABLE outbox';
const ADD = 'ALTER PUBLICATION outbox ADD TABLE outbox';
/** Longer than a test: what is found, is found without a heartbeat. */
const NO_HEARTBEAT = { heartbeatIntervalMs: 600_000 };

describe('a publication that leaves rows out halts the reader', () => {
  const INCOMPLETE: [what: string, sql: string, says: string][] = [
    ['the table is not in it', DROP, 'does not name the table public.outbox'],
    ['it has a row filter', `ALTER PUBLICATION outbox SET TABLE outbox WHERE (type <> 'x')`, 'filters the rows'],
    ['it leaves columns out', 'ALTER PUBLICATION outbox SET TABLE outbox (id, aggregateid)', 'leaves columns'],
    ['it does not publish inserts', `ALTER PUBLICATION outbox SET (publish = 'update')`, 'does not publish inserts'],
    ['it is gone', 'DROP PUBLICATION outbox', 'does not exist'],
  ];

  it.each(INCOMPLETE)('at the start: %s', async (_, sql, says) => {
    await db.client.query(sql);
    await expect(db.read(new RecordingSink()).done).rejects.toThrow(says);
  });

  it.each(INCOMPLETE)('at a heartbeat, while nothing can be confirmed: %s', async (_, sql, says) => {
    const away = new RecordingSink(() => Promise.reject(new Error('broker away')));
    const reader = db.read(away, { heartbeatIntervalMs: 100 });
    await db.insert('pending');
    await eventually(() => reader.stats().publishFailingSince !== null);
    await db.client.query(sql);
    await expect(reader.done).rejects.toThrow(says);
  });

  it('which names the table that was expected', async () => {
    await expect(db.read(new RecordingSink(), { table: 'public.other' }).done).rejects.toMatchObject({
      code: 'CDC_PUBLICATION_INCOMPLETE',
      message: expect.stringContaining('public.other') as string,
    });
  });
});

describe('a publication that left rows out for a moment', () => {
  const GAPS: [what: string, away: string, back: string][] = [
    ['the table was taken out and put back', DROP, ADD],
    ['a row filter', `ALTER PUBLICATION outbox SET TABLE outbox WHERE (type <> 'member.registered')`, 'ALTER PUBLICATION outbox SET TABLE outbox'],
    ['no inserts', `ALTER PUBLICATION outbox SET (publish = 'update')`, `ALTER PUBLICATION outbox SET (publish = 'insert')`],
    ['dropped and made again', 'DROP PUBLICATION outbox', `CREATE PUBLICATION outbox FOR TABLE outbox WITH (publish = 'insert')`],
  ];

  it.each(GAPS)('halts a reader that streams, before it confirms anything beyond: %s', async (_, away, back) => {
    const sink = new RecordingSink();
    const reader = db.read(sink, NO_HEARTBEAT);
    await db.insert('before');
    const before = await db.currentLsn();
    await eventually(async () => (await db.confirmedLsn()) >= before);
    await db.client.query(away);
    await db.insert('skipped');
    const skipped = await db.currentLsn();
    await db.client.query(back);
    await db.insert('after');
    await expect(reader.done).rejects.toMatchObject({ code: expect.stringMatching(/^CDC_PUBLICATION_/) as string });
    expect(await db.confirmedLsn()).toBeLessThan(skipped);
    // A supervisor that starts it again changes nothing: only a person knows that the rows are accounted for.
    await db.asAdmin('CHECKPOINT');
    for (let start = 1; start <= 2; start++) {
      await expect(db.read(sink).done).rejects.toMatchObject({ code: 'CDC_PUBLICATION_CHANGED' });
    }
    expect(sink.ids).not.toContain('skipped'); // the server's doing, which makes all this necessary
    await db.advanceSlot();
    const next = new RecordingSink();
    const healed = db.read(next);
    await db.insert('healed');
    await eventually(() => next.ids.length >= 1);
    expect(next.ids).toEqual(['healed']);
    await healed.stop();
  });

  it('halts a reader that was away meanwhile', async () => {
    await db.client.query(DROP);
    await db.insert('skipped');
    await db.client.query(ADD);
    const sink = new RecordingSink();
    await expect(db.read(sink).done).rejects.toMatchObject({
      code: 'CDC_PUBLICATION_CHANGED',
      message: expect.stringContaining(`slot "${db.slot}"`) as string,
    });
    expect(sink.ids).toEqual([]);
  });
});

describe('what leaves no row out does not halt the reader', () => {
  it('another table in the publication, an altered and analysed outbox table, other publications', async () => {
    const sink = new RecordingSink();
    const reader = db.read(sink, { heartbeatIntervalMs: 50 });
    await db.insert('row-0');
    await db.client.query('CREATE TABLE other (id int PRIMARY KEY)');
    await db.client.query('ALTER PUBLICATION outbox ADD TABLE other; CREATE PUBLICATION elsewhere FOR TABLE other');
    await db.client.query('ALTER TABLE outbox ADD COLUMN extra text');
    await db.client.query('CREATE INDEX ON outbox (type); GRANT SELECT ON outbox TO PUBLIC');
    await db.client.query('VACUUM FULL outbox');
    await db.asAdmin('VACUUM (FREEZE, ANALYZE)');
    await db.insert('row-1');
    await eventually(() => sink.ids.includes('row-1'));
    await sleep(300); // some heartbeats
    await reader.stop();
    const again = db.read(sink);
    await db.insert('row-2');
    await eventually(() => sink.ids.includes('row-2'));
    expect(sink.ids).toEqual(['row-0', 'row-1', 'row-2']);
    await again.stop();
    await db.client.query('DROP TABLE other; DROP PUBLICATION elsewhere');
  });
});
