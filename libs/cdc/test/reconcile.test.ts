import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { createSlot, PermanentSinkError, type ReconcileOptions, type ReconcileReport, reconcile, type RowAdded } from '../src/index';
import { OutboxDatabase } from './outbox-database';
import { eventually, RecordingSink } from './recording-sink';

let infra: Infra;
let db: OutboxDatabase;
let topic: Topic;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['retained'] } });
});
beforeEach(async () => {
  db = await OutboxDatabase.open(infra.postgres, 'retained');
  topic = new Topic();
});
afterEach(async () => {
  await db.stopReaders();
  await db.client.query('DROP TABLE outbox; DROP PUBLICATION outbox');
  await db.asAdmin('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots');
  await createSlot(db.readerUrl, db.slot);
  await db.close();
});
afterAll(() => infra.stop());

/** Stands for a broker: keeps what was published, whoever published it, and knows which rows it has. */
class Topic extends RecordingSink {
  readonly rows: RowAdded[] = [];
  readonly readIds = (found: (id: string) => void): Promise<void> => {
    for (const row of this.rows) found(valueOf(row, 'id'));
    return Promise.resolve();
  };

  override async publish(rows: readonly RowAdded[]): Promise<void> {
    await super.publish(rows);
    this.rows.push(...rows);
  }

  /** `aggregate:version` of each row, in the order of its first appearance. */
  get appearances(): string[] {
    return [...new Set(this.rows.map((row) => `${valueOf(row, 'aggregateid')}:${valueOf(row, 'aggregateversion')}`))];
  }
}

function valueOf(row: RowAdded, column: string): string {
  return row.values[row.relation.columns.findIndex(({ name }) => name === column)] ?? '';
}

function heal(options: Partial<ReconcileOptions> = {}): Promise<ReconcileReport> {
  const { readerUrl: connection, slot } = db;
  return reconcile({ connection, slot, publication: 'outbox', sink: topic, published: topic, ...options });
}

/** One row, in a transaction of its own. */
async function commit(aggregate: string, version: number): Promise<void> {
  await db.client.query('INSERT INTO outbox (aggregateid, aggregateversion) VALUES ($1, $2)', [aggregate, version]);
}

const dropSlot = (): Promise<unknown> => db.asAdmin('SELECT pg_drop_replication_slot($1)', [db.slot]);

async function published(count: number): Promise<void> {
  await eventually(() => topic.appearances.length >= count);
}

/** The checker: everything is there, and each aggregate's first appearances follow its versions without a gap. */
async function violations(): Promise<string[]> {
  const { rows } = await db.client.query<{ row: string }>(
    `SELECT aggregateid || ':' || aggregateversion AS row FROM outbox ORDER BY aggregateid, aggregateversion`,
  );
  const seen = topic.appearances;
  const lost = rows.filter(({ row }) => !seen.includes(row)).map(({ row }) => `lost: ${row}`);
  const next = new Map<string, number>();
  const early = seen.filter((row) => {
    const [aggregate = '', version] = row.split(':');
    const expected = (next.get(aggregate) ?? 0) + 1;
    next.set(aggregate, expected);
    return Number(version) !== expected;
  });
  return [...lost, ...early.map((row) => `out of order: ${row}`)];
}

/** Rows that were read, rows of the time without a slot, and a reader that finds none. */
async function loseSlot(): Promise<void> {
  const reader = db.read(topic);
  for (const id of ['a', 'b']) await commit(id, 1);
  await published(2);
  await reader.stop();
  await dropSlot();
  for (const version of [2, 3]) for (const id of ['b', 'a', 'c']) await commit(id, id === 'c' ? version - 1 : version);
}

describe('a slot that is missing', () => {
  it('is made anew; the rows of the time without one are published, and no other', async () => {
    await loseSlot();
    await expect(db.read(topic).done).rejects.toMatchObject({ code: 'CDC_SLOT_MISSING', message: expect.stringContaining('reconcile()') as string });
    await expect(heal()).resolves.toEqual({ found: 'missing', rowsRetained: 8, rowsInTopic: 2, rowsPublished: 6 });
    expect(topic.rows).toHaveLength(8);
    const reader = db.read(topic);
    await commit('a', 4);
    await published(9);
    expect(await violations()).toEqual([]);
    expect(topic.rows).toHaveLength(9);
    expect(await db.asAdmin('SELECT slot_name AS slot, failover FROM pg_replication_slots')).toEqual([{ slot: db.slot, failover: true }]);
    await reader.stop();
  });

  it('that a person had made anew without reconciling has lost rows (negative control), which force finds', async () => {
    await loseSlot();
    await createSlot(db.readerUrl, db.slot);
    const reader = db.read(topic);
    await commit('a', 4);
    await published(3);
    expect(await violations()).toContain('lost: c:2');
    await expect(heal()).rejects.toMatchObject({ code: 'CDC_NOTHING_TO_RECONCILE' });
    await expect(Promise.all([heal({ force: true }), reader.done])).rejects.toMatchObject({ code: 'CDC_RECONCILE_UNFINISHED' });
    await eventually(() => topic.appearances.length === 9);
    expect((await violations()).filter((violation) => violation.startsWith('lost'))).toEqual([]);
    await eventually(async () => (await db.asAdmin('SELECT FROM pg_replication_slots')).length === 1);
  });

  it('keeps what commits while it is healed: it is in the table or in the log, and never overtakes', async () => {
    await loseSlot();
    let version = 3;
    let writing = true;
    const writer = (async () => {
      for (const client = await db.connect(); ; await sleep(1)) {
        if (!writing) return client.end();
        version++;
        for (const id of ['a', 'b']) await client.query('INSERT INTO outbox (aggregateid, aggregateversion) VALUES ($1, $2)', [id, version]);
      }
    })();
    const service = supervised();
    await sleep(50);
    await heal({ published: { readIds: (found) => sleep(200).then(() => topic.readIds(found)) } });
    await sleep(100);
    writing = false;
    await writer;
    await published(2 * version + 2);
    expect(await violations()).toEqual([]);
    await service.stop();
  });
});

/** A reader that is started again each time it halts. */
function supervised(): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let reader = db.read(topic);
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await reader.done.catch(() => sleep(5));
      if (!stopping.signal.aborted) reader = db.read(topic);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await reader.stop().catch(() => undefined);
      await running;
    },
  };
}

describe('a reconciliation that is broken off', () => {
  it.each([0, 1, 3, 5])('after %i rows keeps readers halted; the next one does the rest, and nothing overtakes', async (rows) => {
    await loseSlot();
    const broken = new AbortController();
    const dying = new RecordingSink();
    // One row a batch, and an end between two of them.
    const sink = { publish: async (batch: readonly RowAdded[]) => {
      for (const row of batch) {
        if (dying.ids.length >= rows) throw new PermanentSinkError('killed');
        await dying.publish([row]);
        await topic.publish([row]);
      }
    } };
    await expect(heal({ sink, signal: broken.signal })).rejects.toThrow('killed');
    await commit('c', 3);
    await expect(db.read(topic).done).rejects.toMatchObject({ code: 'CDC_RECONCILE_UNFINISHED' });
    await expect(heal()).resolves.toMatchObject({ found: 'unfinished', rowsInTopic: 2 + rows, rowsPublished: 7 - rows });
    const reader = db.read(topic);
    await commit('c', 4);
    await published(10);
    expect(await violations()).toEqual([]);
    await reader.stop();
  });

  it('before the slot was made does not stop halfway the next time', async () => {
    await loseSlot();
    await createSlot(db.readerUrl, `${db.slot}_reconcile`); // killed right after this
    await expect(heal()).resolves.toMatchObject({ found: 'missing', rowsPublished: 6 });
    expect(await violations()).toEqual([]);
  });

  it('is not run twice at a time', async () => {
    await loseSlot();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const first = heal({ published: { readIds: (found) => held.then(() => topic.readIds(found)) } });
    await eventually(async () => (await db.asAdmin(`SELECT FROM pg_replication_slots`)).length === 2);
    await expect(heal()).rejects.toMatchObject({ code: 'CDC_RECONCILE_BLOCKED' });
    letGo();
    await expect(first).resolves.toMatchObject({ rowsPublished: 6 });
  });
});

it('a slot whose log the server has removed is dropped and made anew', async () => {
  await loseSlot();
  await createSlot(db.readerUrl, db.slot);
  await db.asAdmin(`ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'`);
  await db.asAdmin('SELECT pg_reload_conf()');
  for (let segment = 0; segment < 6; segment++) await db.asAdmin(`SELECT pg_logical_emit_message(false, '', ''), pg_switch_wal()`);
  await db.asAdmin('CHECKPOINT');
  await db.asAdmin('ALTER SYSTEM RESET max_slot_wal_keep_size');
  await db.asAdmin('SELECT pg_reload_conf()');
  await expect(db.read(topic).done).rejects.toMatchObject({ code: 'CDC_SLOT_LOST', message: expect.stringContaining('reconcile()') as string });
  await expect(heal()).resolves.toMatchObject({ found: 'lost', rowsPublished: 6 });
  const reader = db.read(topic);
  await commit('a', 4);
  await published(9);
  expect(await violations()).toEqual([]);
  await reader.stop();
});

it('another database, or one without the table, is refused before anything is changed', async () => {
  await expect(heal({ slot: 'nowhere', table: 'public.nothing' })).rejects.toThrow('no table public.nothing');
  await expect(heal()).rejects.toMatchObject({ code: 'CDC_NOTHING_TO_RECONCILE' });
  expect(await db.asAdmin('SELECT FROM pg_replication_slots')).toHaveLength(1);
});
