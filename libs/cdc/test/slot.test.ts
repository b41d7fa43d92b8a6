import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { createSlot } from '../src/index';
import { ReplicationConnection } from '../src/replication/replication-connection';
import { OutboxDatabase } from './outbox-database';
import { eventually, RecordingSink } from './recording-sink';

let infra: Infra;
let db: OutboxDatabase;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['slots', 'other'] } });
  db = await OutboxDatabase.open(infra.postgres, 'slots');
});
afterAll(async () => {
  await db.close();
  await infra.stop();
});

const nowhere = new RecordingSink();

describe('a slot that cannot be read halts the reader, which says what to do', () => {
  it('when it is missing, and makes none', async () => {
    await expect(db.read(nowhere, { slot: 'nowhere' }).done).rejects.toMatchObject({
      code: 'CDC_SLOT_MISSING',
      message: expect.stringContaining('createSlot()') as string,
    });
    expect(await db.asAdmin(`SELECT FROM pg_replication_slots WHERE slot_name = 'nowhere'`)).toEqual([]);
  });

  it('when it is dropped between the look at it and the stream', async () => {
    await createSlot(db.readerUrl, 'dropped');
    const { start } = ReplicationConnection.prototype;
    const starts = jest.spyOn(ReplicationConnection.prototype, 'start').mockImplementationOnce(async function (this: ReplicationConnection, ...args) {
      await db.asAdmin(`SELECT pg_drop_replication_slot('dropped')`);
      return start.apply(this, args);
    });
    await expect(db.read(nowhere, { slot: 'dropped' }).done).rejects.toMatchObject({ code: 'CDC_SLOT_MISSING' });
    expect(starts).toHaveBeenCalledTimes(1);
    starts.mockRestore();
  });

  it('when it belongs to another database or plugin', async () => {
    await expect(db.read(nowhere, { slot: 'outbox_other' }).done).rejects.toMatchObject({ code: 'CDC_SLOT_MISMATCH' });
    await db.asAdmin(`SELECT pg_create_physical_replication_slot('physical')`);
    await expect(db.read(nowhere, { slot: 'physical' }).done).rejects.toThrow('a physical slot');
    await db.asAdmin(`SELECT pg_drop_replication_slot('physical')`);
  });

  it('when the publication is missing', async () => {
    await expect(db.read(nowhere, { publication: 'nothing' }).done).rejects.toMatchObject({
      code: 'CDC_PUBLICATION_MISSING',
    });
  });

  it('when the role may not replicate', async () => {
    await expect(db.read(nowhere, { connection: infra.postgres.url('slots') }).done).rejects.toThrow('permission denied');
  });
});

describe('createSlot', () => {
  it('makes a failover slot once', async () => {
    expect(await createSlot(db.readerUrl, 'made')).toBe(true);
    expect(await createSlot(db.readerUrl, 'made')).toBe(false);
    const sql = `SELECT plugin, failover, temporary FROM pg_replication_slots WHERE slot_name = 'made'`;
    expect(await db.asAdmin(sql)).toEqual([{ plugin: 'pgoutput', failover: true, temporary: false }]);
    await db.asAdmin(`SELECT pg_drop_replication_slot('made')`);
  });
});

describe('a slot in use', () => {
  it('makes a second reader stand by, and take over without a gap', async () => {
    const [first, second] = [new RecordingSink(), new RecordingSink()];
    const active = db.read(first);
    await eventually(() => active.stats().state === 'streaming');
    const standby = db.read(second);
    await eventually(() => standby.stats().state === 'standby');
    await db.insert('a', 'b');
    await eventually(() => first.ids.length >= 2);
    await active.stop();
    await db.insert('c');
    await eventually(() => second.ids.length >= 1, 2_000);
    expect([...first.ids, ...second.ids]).toEqual(['a', 'b', 'c']);
    await standby.stop();
  });

  it('lets a standby stop at once', async () => {
    const active = db.read(nowhere);
    await eventually(() => active.stats().state === 'streaming');
    const standby = db.read(nowhere);
    await eventually(() => standby.stats().state === 'standby');
    await standby.stop();
    expect(standby.stats().state).toBe('stopped');
    expect(active.stats().state).toBe('streaming');
    await active.stop();
  });
});

describe('the slot of an idle database', () => {
  it('moves on while only other databases write, and the round trip is measured', async () => {
    const other = await OutboxDatabase.open(infra.postgres, 'other');
    const reader = db.read(nowhere, { heartbeatIntervalMs: 200 });
    await eventually(() => reader.stats().lastHeartbeatAt !== null);
    const before = await db.confirmedLsn();
    await other.client.query(`CREATE TABLE busy AS SELECT repeat('x', 1000) FROM generate_series(1, 2000)`);
    const written = await other.currentLsn();
    await eventually(async () => (await db.confirmedLsn()) >= written, 3_000);
    expect(written > before).toBe(true);
    const stats = reader.stats();
    expect(stats.heartbeatRoundTripMs).toBeLessThan(1_000);
    expect(stats).toMatchObject({ walStatus: 'reserved', safeWalBytes: null, secondsToSlotLoss: null });
    await reader.stop();
    await other.close();
  });
});

describe('a slot whose log the server has removed', () => {
  it('halts the reader instead of skipping rows', async () => {
    await db.asAdmin(`ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'`);
    await db.asAdmin(`SELECT pg_reload_conf()`);
    for (let segment = 0; segment < 6; segment++) {
      await db.client.query(`INSERT INTO outbox (aggregateid, payload) VALUES ('lost', '{}')`);
      await db.asAdmin('SELECT pg_switch_wal()');
    }
    await db.asAdmin('CHECKPOINT');
    await sleep(100);
    await expect(db.read(nowhere).done).rejects.toMatchObject({
      code: 'CDC_SLOT_LOST',
      message: expect.stringContaining('wal_removed') as string,
    });
  });
});
