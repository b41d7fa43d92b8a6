import { Logger } from '@nestjs/common';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { CreateOutbox1764000000001, PartitionOutbox1764000000003 } from '../src/index';
import { DAY_MS, MaintainedOutbox, metric } from './maintained-outbox';

let infra: Infra;
let db: MaintainedOutbox;

beforeAll(async () => {
  Logger.overrideLogger(false);
  infra = await startInfra({ postgres: { databases: ['plain', 'parted', 'seoul', 'load', 'clock', 'back'] } });
});
afterEach(() => db.close());
afterAll(() => infra?.stop());

const failures = (): Promise<number> => metric('outbox_maintenance_failures_total');

describe('the partitions of the outbox', () => {
  beforeEach(async () => {
    db = await MaintainedOutbox.open(infra.postgres, 'parted');
  });

  it('exist for a week ahead, made once however many instances ask at the same time', async () => {
    const before = await failures();
    await Promise.all(Array.from({ length: 4 }, () => db.maintenance(0).run()));
    expect(await db.partitions()).toEqual(Array.from({ length: 8 }, (_, ahead) => db.partitionAt(ahead)));
    await db.runAt(2);
    expect(await db.partitions()).toEqual(Array.from({ length: 10 }, (_, ahead) => db.partitionAt(ahead)));
    expect(await failures()).toBe(before);
    expect(await metric('outbox_partitions')).toBe(10);
  });

  it('refuse a version of an aggregate that is there already, but only within a day', async () => {
    await db.insert('a', db.at(1));
    await expect(db.insert('a', db.at(1))).rejects.toMatchObject({ code: '23505' });
    await expect(db.insert('a', db.at(2))).resolves.toBeUndefined();
  });

  it('take the rows of the default partition in, which are not published a second time', async () => {
    await db.read();
    for (const [id, days] of [['b', 10], ['c', 12], ['d', 10]] as const) await db.insert(id, db.at(days));
    await db.insert('never', 'infinity');
    expect(await db.places()).toMatchObject({ b: 'outbox_default', c: 'outbox_default', d: 'outbox_default' });
    expect(await db.read()).toEqual(['b', 'c', 'd', 'never']);
    await db.runAt(2);
    expect(await db.places()).toMatchObject({ b: db.partitionAt(10), c: db.partitionAt(12), d: db.partitionAt(10), never: 'outbox_default' });
    expect(await metric('outbox_default_partition_rows')).toBe(1);
    await db.insert('last', db.at(10));
    expect(await db.read()).toEqual(['last']);
  });
});

describe('a day', () => {
  it('is a UTC day, whatever the time zone and the notation of the session', async () => {
    const admin = await MaintainedOutbox.connect({ type: 'postgres', url: infra.postgres.adminUrl() });
    await admin.query(`ALTER ROLE seoul SET timezone = 'Asia/Seoul'; ALTER ROLE seoul SET datestyle = 'SQL, DMY'`);
    await admin.destroy();
    db = await MaintainedOutbox.open(infra.postgres, 'seoul');
    await db.runAt(0, 2);
    const midnight = db.at(3).getTime() - DAY_MS / 2;
    await db.insert('last of the day', new Date(midnight - 1));
    await db.insert('first of the day', new Date(midnight));
    expect(await db.places()).toEqual({ 'last of the day': db.partitionAt(2), 'first of the day': db.partitionAt(3) });
    expect(await db.partitions()).toHaveLength(8);
  });
});

describe('a writer', () => {
  it('is never refused, while its day gets the partition that it lacked', async () => {
    db = await MaintainedOutbox.open(infra.postgres, 'load');
    const written: string[] = [];
    const refused: unknown[] = [];
    let days = 20;
    const done = new AbortController();
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let n = 1; !done.signal.aborted; n++) {
        const id = `${writer}-${n}`;
        await db.insert(id, db.at(days)).then(
          () => written.push(id),
          (error: unknown) => refused.push(error),
        );
      }
    });
    // The day changes, its rows go to the default partition, and the maintenance comes too late; four times.
    for (let time = 1; time <= 4; time++) {
      days += 10;
      const before = written.length;
      while (written.length < before + 20) await new Promise((resolve) => setTimeout(resolve, 5));
      await db.runAt(days);
    }
    done.abort();
    await Promise.all(writers);
    await db.runAt(days);
    expect(refused).toEqual([]);
    const places = await db.places();
    expect(Object.keys(places)).toHaveLength(written.length);
    expect(Object.values(places)).not.toContain('outbox_default');
    expect((await db.read()).toSorted()).toEqual(written.toSorted());
  });
});

describe('a clock', () => {
  it('that has jumped makes no thousands of partitions, and retires none while the other has not', async () => {
    db = await MaintainedOutbox.open(infra.postgres, 'clock');
    await db.runAt(0);
    await db.insert('today', db.at(0));
    await db.read();
    for (let run = 1; run <= 3; run++) {
      await db.maintenance(0, { server: db.at(3_000) }).run();
      await db.maintenance(0, { process: db.at(3_000) }).run();
      await db.read();
    }
    expect(await db.partitions()).toHaveLength(16);
    expect(await db.places()).toEqual({ today: db.partitionAt(0) });
    // Both have: the rule itself sees it.
    for (let run = 1; run <= 3; run++) {
      await db.runAt(3_000);
      await db.read();
    }
    expect(await db.places()).toEqual({});
  });
});

describe('the migration', () => {
  it('is asked for where it is missing, before the application starts', async () => {
    db = await MaintainedOutbox.open(infra.postgres, 'plain', [CreateOutbox1764000000001]);
    await expect(db.maintenance(0).start()).rejects.toMatchObject({ code: 'OUTBOX_NOT_PARTITIONED' });
  });

  it('keeps a row from a day to come, and can be taken back: no row is lost or published again', async () => {
    const old = await MaintainedOutbox.open(infra.postgres, 'back', [CreateOutbox1764000000001]);
    await old.insert('future', old.at(30));
    await old.insert('today', old.at(0));
    await old.close();

    db = await MaintainedOutbox.open(infra.postgres, 'back');
    expect(await db.places()).toEqual({ today: db.partitionAt(0), future: 'outbox_default' });
    await db.runAt(0);
    const runner = db.database.createQueryRunner();
    await runner.startTransaction();
    await new PartitionOutbox1764000000003().down(runner);
    await runner.commitTransaction();
    await runner.release();
    await db.insert('last', db.at(0));
    expect(Object.values(await db.places())).toEqual(['outbox', 'outbox', 'outbox']);
    expect(await db.read()).toEqual(['future', 'today', 'last']);
  });
});
