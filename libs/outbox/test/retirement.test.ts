import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { MaintainedOutbox, metric, RETENTION } from './maintained-outbox';

const DATABASES = ['lagging', 'late', 'without', 'second', 'writer', 'killed', 'lost', 'remade'];
/** The first partition ends with day 0, so its last row is 8 days old when day 8 ends. */
const DUE = 9;

let infra: Infra;
let db: MaintainedOutbox;
let first: string;
const said: string[] = [];

beforeAll(async () => {
  Logger.overrideLogger({
    log: () => undefined,
    warn: (message: unknown) => said.push(String(message)),
    error: (message: unknown) => said.push(String(message)),
  });
  infra = await startInfra({ postgres: { databases: DATABASES } });
});
afterEach(() => db.close());
afterAll(() => infra?.stop());

/** A database whose first partition holds a row that nobody has read. */
async function open(name: string): Promise<void> {
  db = await MaintainedOutbox.open(infra.postgres, name);
  await db.runAt(0);
  first = db.partitionAt(0);
  await db.insert('unread', db.at(0));
  said.length = 0;
}

const isThere = async (): Promise<boolean> => (await db.partitions()).includes(first);
const canBeRead = async (id: string): Promise<boolean> => id in (await db.places());
const kept = (): Promise<number> => metric('outbox_partitions_kept_unconfirmed');

describe('a partition past its retention', () => {
  it('is kept while its reader lags, and goes once that has caught up; not a day before its time', async () => {
    await open('lagging');
    await db.runAt(DUE - 1, 3);
    expect(said).toEqual([]);
    await db.runAt(DUE, 4);
    expect(await canBeRead('unread')).toBe(true);
    expect(await kept()).toBe(1);
    expect(said.at(-1)).toMatch(`partition ${first} is past its retention but kept: slot outbox_lagging (inactive) is`);

    // The control: age alone would have dropped the event that nobody has read.
    const byAge = db.database.transaction(async (manager) => {
      await manager.query(`DROP TABLE ${first}`);
      const left: unknown[] = await manager.query('SELECT FROM outbox');
      throw new Error(`${left.length} left`);
    });
    await expect(byAge).rejects.toThrow('0 left');

    const dropped = await metric('outbox_partitions_dropped_total');
    expect(await db.read()).toEqual(['unread']);
    await db.runAt(DUE); // detached; what may have come in until then is not confirmed yet
    await db.runAt(DUE, 2);
    expect(await isThere()).toBe(true);
    expect(await db.read()).toEqual([]);
    await db.runAt(DUE);
    expect(await isThere()).toBe(false);
    expect(await kept()).toBe(0);
    expect(await metric('outbox_partitions_dropped_total')).toBe(dropped + 1);
    expect(await db.database.query('SELECT FROM outbox_retirement')).toEqual([]);
  });

  it('is kept for a row that comes in at the last moment, and one that comes later is kept elsewhere', async () => {
    await open('late');
    await db.read();
    await db.runAt(DUE); // recorded
    await db.read();
    await db.insert('late', db.at(0));
    await db.runAt(DUE); // detached
    await db.insert('later', db.at(0));
    await db.runAt(DUE, 3);
    expect(await isThere()).toBe(true);
    expect(await db.places()).toMatchObject({ later: 'outbox_default' });
    expect(await db.read()).toEqual(['late', 'later']);
    await db.runAt(DUE, 2); // dropped; then a partition of that day again, which is past its retention too
    expect(await db.places()).toMatchObject({ later: first });
    await db.read();
    for (let run = 1; run <= 3; run++) {
      await db.runAt(DUE);
      await db.read();
    }
    expect(await db.places()).toEqual({});
    expect(await isThere()).toBe(false);
  });

  it('is kept while there is no slot, and then for a whole retention: the new slot says nothing of what came before', async () => {
    await open('without');
    await db.asAdmin(`SELECT pg_drop_replication_slot('outbox_without')`);
    await db.runAt(DUE, 4);
    expect(await canBeRead('unread')).toBe(true);
    expect(said.at(-1)).toMatch('this database has no logical replication slot');

    await db.asAdmin(`SELECT pg_create_logical_replication_slot('outbox_without', 'pgoutput')`);
    const until = DUE + RETENTION.outboxDays;
    for (const days of [DUE, until - 1, until - 1]) {
      await db.read();
      await db.runAt(days);
    }
    expect(await canBeRead('unread')).toBe(true);
    expect(said.at(-1)).toMatch('a slot was lost or missing until');
    for (let run = 1; run <= 2; run++) {
      await db.runAt(until);
      await db.read();
    }
    await db.runAt(until);
    expect(await isThere()).toBe(false);
  });

  it('is kept while its slot is reconciled, even if nobody had seen it missing, and then for a whole retention', async () => {
    await open('remade');
    await db.runAt(DUE, 2);
    await db.asAdmin(`SELECT pg_drop_replication_slot('outbox_remade')`);
    for (const slot of ['outbox_remade_reconcile', 'outbox_remade']) {
      await db.asAdmin(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [slot]);
    }
    await db.runAt(DUE);
    expect(await canBeRead('unread')).toBe(true);
    expect(said.at(-1)).toMatch('slot outbox_remade_reconcile marks a reconciliation that is not finished');

    await db.asAdmin(`SELECT pg_drop_replication_slot('outbox_remade_reconcile')`);
    expect(await db.read()).toEqual([]);
    await db.runAt(DUE, 2);
    expect(await canBeRead('unread')).toBe(true);
    expect(said.at(-1)).toMatch('a slot was lost or missing until');
  });

  it('is kept while any slot of the database lags; those of other databases do not matter', async () => {
    await open('second');
    await db.asAdmin(`SELECT pg_create_logical_replication_slot('another', 'pgoutput')`);
    await db.read();
    await db.runAt(DUE, 1);
    await db.read();
    await db.runAt(DUE, 3);
    expect(await canBeRead('unread')).toBe(true);
    expect(said.at(-1)).toMatch(/kept: slot another \(inactive\) is/);
    expect(said.at(-1)).not.toMatch('outbox_second');
    await db.read('another');
    await db.runAt(DUE);
    await Promise.all([db.read(), db.read('another')]);
    await db.runAt(DUE);
    expect(await isThere()).toBe(false);
  });

  it('is kept while a transaction that wrote into it is open, and other writers hardly notice', async () => {
    await open('writer');
    await db.runAt(DUE - 1);
    const writer = db.database.createQueryRunner();
    await writer.startTransaction();
    const insert = `INSERT INTO outbox SELECT gen_random_uuid(), 'account', 'open', 1, 't', 1, '{}', NULL, $1`;
    await writer.query(insert, [db.at(0)]);
    await db.read();

    const failures = await metric('outbox_maintenance_failures_total');
    const run = db.maintenance(DUE).run();
    const finished = run.then(() => true);
    let slowest = 0;
    for (let n = 1; !(await Promise.race([finished, sleep(10, false)])); n++) {
      const startedAt = performance.now();
      await db.insert('others', db.at(1), n);
      slowest = Math.max(slowest, performance.now() - startedAt);
    }
    expect(slowest).toBeLessThan(3_000); // 200 ms, if the machine has nothing else to do
    expect(await metric('outbox_maintenance_failures_total')).toBe(failures + 1);
    expect(said.at(-1)).toMatch('is tried again within 15 minutes: canceling statement due to lock timeout');

    await writer.commitTransaction();
    await writer.release();
    await db.runAt(DUE, 3);
    expect(await canBeRead('open')).toBe(true);
    expect(await db.read()).toContain('open');
    await db.runAt(DUE);
    await db.read();
    await db.runAt(DUE);
    expect(await isThere()).toBe(false);
  });

  it('goes on from wherever a killed instance has left it', async () => {
    await open('killed');
    const seen: unknown[] = [];
    for (let run = 1; (await isThere()) && run <= 40; run++) {
      await db.read();
      const killing = (async () => {
        for (let time = 1; time <= 30; time++) {
          await db.asAdmin(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'killed' AND state <> 'idle' AND random() < $1`,
            [1 / run],
          );
          await sleep(2);
        }
      })();
      await Promise.allSettled([db.runAt(DUE), killing]);
      // As long as the partition is there, attached or not, so is its row.
      if (await isThere()) seen.push(...(await db.asAdmin(`SELECT count(*)::integer AS rows FROM ${first}`)));
    }
    expect(await isThere()).toBe(false);
    expect(seen.every((rows) => JSON.stringify(rows) === '{"rows":1}')).toBe(true);
    await db.runAt(DUE, 2);
    expect(await db.database.query('SELECT FROM outbox_retirement')).toEqual([]);
    await db.insert('after', db.at(DUE));
    expect(await db.places()).toEqual({ after: db.partitionAt(DUE) });
  });

  it('is kept when the slot was lost, even if that had confirmed it', async () => {
    await open('lost');
    await db.asAdmin('CREATE TABLE filler (text text)');
    await db.read();
    await db.asAdmin(`ALTER SYSTEM SET max_slot_wal_keep_size = '16MB'`);
    await db.asAdmin('SELECT pg_reload_conf()');
    const lost = async (): Promise<boolean> => {
      const [slot] = await db.asAdmin<{ status: string }>(`SELECT wal_status AS status FROM pg_replication_slots WHERE slot_name = 'outbox_lost'`);
      return slot?.status === 'lost';
    };
    for (let time = 1; !(await lost()) && time <= 100; time++) {
      await db.asAdmin('INSERT INTO filler VALUES ($1)', ['x']);
      await db.asAdmin('SELECT pg_switch_wal()');
      await db.asAdmin('CHECKPOINT');
    }
    expect(await lost()).toBe(true);
    await db.runAt(DUE, 4);
    expect(await canBeRead('unread')).toBe(true);
    expect(said.at(-1)).toMatch('slot outbox_lost is lost');
  });
});
