import { setTimeout as sleep } from 'node:timers/promises';
import { LogReader, type RowAdded } from '@madang/cdc';
import { type Clocks, CreateOutbox1764000000001, Outbox, OutboxMaintenance, PartitionOutbox1764000000003 } from '@madang/outbox';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';

const DAY_MS = 86_400_000;
const RETENTION = { replayDays: 7, outboxDays: 8, inboxDays: 30 };

let infra: Infra;
let owner: DataSource;
const outbox = new Outbox();

/** What the reader has published, in order. */
let published: { readonly id: string; readonly table: string }[];
let reading: { readonly done: Promise<void>; readonly stop: AbortController } | null = null;

const DATABASES = ['stopped', 'running', 'fresh', 'kept'];

beforeAll(async () => {
  Logger.overrideLogger(false);
  infra = await startInfra({ postgres: { databases: DATABASES } });
});
beforeEach(() => {
  published = [];
});
afterEach(async () => {
  await stopReader();
  await owner?.destroy();
});
afterAll(() => infra?.stop());

async function open(database: string): Promise<void> {
  const migrations = [CreateOutbox1764000000001];
  owner = await new DataSource({ type: 'postgres', url: infra.postgres.url(database), migrations, migrationsRun: true }).initialize();
}

/** As a newer version of the service does, while the older one may still run. */
async function upgrade(database: string): Promise<void> {
  const migrations = [CreateOutbox1764000000001, PartitionOutbox1764000000003];
  const job = await new DataSource({ type: 'postgres', url: infra.postgres.url(database), migrations }).initialize();
  await job.runMigrations({ transaction: 'each' });
  await job.destroy();
}

function startReader(database: string): void {
  const stop = new AbortController();
  const publish = (rows: readonly RowAdded[]): Promise<void> => {
    for (const { relation, values } of rows) {
      published.push({ id: values[relation.columns.findIndex(({ name }) => name === 'aggregateid')] ?? '', table: relation.table });
    }
    return Promise.resolve();
  };
  const reader = new LogReader({
    connection: infra.postgres.url(database, 'cdc'),
    slot: `outbox_${database}`,
    publication: 'outbox',
    sink: { publish },
    heartbeatIntervalMs: 100,
  });
  const done = reader.run(stop.signal);
  done.catch(() => undefined); // looked at when it is stopped
  reading = { done, stop };
}

/** @throws what halted the reader, if anything did */
async function stopReader(): Promise<void> {
  const last = reading;
  reading = null;
  last?.stop.abort();
  await last?.done;
}

const events = (...ids: string[]) =>
  ids.map((aggregateId) => ({ aggregateType: 'a', aggregateId, aggregateVersion: 1, type: 't', schemaVersion: 1, payload: {} }));
const write = (...ids: string[]): Promise<unknown> => owner.transaction((manager) => outbox.publish(manager, ...events(...ids)));

async function readUntil(id: string): Promise<string[]> {
  const stillThere = async (): Promise<boolean> => Promise.race([reading?.done.then(() => false), sleep(20, true)]) as Promise<boolean>;
  for (const deadline = Date.now() + 20_000; !published.some((row) => row.id === id); ) {
    if (!(await stillThere()) || Date.now() > deadline) throw new Error(`"${id}" was not published, only ${published.map((row) => row.id).join(' ')}`);
  }
  return published.map((row) => row.id);
}

describe('the upgrade to a partitioned outbox', () => {
  it('loses and repeats nothing while no reader runs, transactions across it included', async () => {
    await open('stopped');
    await write('before-1');
    await write('before-2');
    const across = owner.createQueryRunner();
    await across.startTransaction();
    await across.query('CREATE TABLE other (id text)'); // has an id, and changes the catalogue, but holds no lock on the outbox
    await upgrade('stopped');
    await write('after');
    await outbox.publish(across.manager, ...events('across'));
    await across.commitTransaction();
    await across.release();
    await write('last');

    startReader('stopped');
    expect(await readUntil('last')).toEqual(['before-1', 'before-2', 'after', 'across', 'last']);
    expect(new Set(published.map(({ table }) => table))).toEqual(new Set(['outbox']));
    await sleep(300); // some heartbeats, each of which looks at the publication
    await stopReader();
    expect(await owner.query(`SELECT aggregateid FROM outbox ORDER BY createdat`)).toHaveLength(5);
  });

  it('loses and repeats nothing while a reader runs and events are written', async () => {
    await open('running');
    startReader('running');
    const written: string[] = [];
    const done = new AbortController();
    const writers = Array.from({ length: 3 }, async (_, writer) => {
      for (let n = 1; !done.signal.aborted; n++) {
        await write(`${writer}-${n}`);
        written.push(`${writer}-${n}`);
      }
    });
    await readUntil('2-5');
    await upgrade('running');
    const atUpgrade = written.length;
    while (written.length < atUpgrade + 30) await sleep(10);
    done.abort();
    await Promise.all(writers);
    await write('last');

    expect((await readUntil('last')).toSorted()).toEqual([...written, 'last'].toSorted());
    await stopReader();
  });

  it('of a database that has never been read trips no check, in one transaction or two', async () => {
    await open('fresh');
    await upgrade('fresh');
    await write('first');
    startReader('fresh');
    expect(await readUntil('first')).toEqual(['first']);
    await stopReader();
  });
});

describe('the maintenance beside a reader', () => {
  it('makes, fills and drops partitions, and every event is published once', async () => {
    await open('kept');
    await upgrade('kept');
    startReader('kept');
    await write('today');
    // A fortnight passes without maintenance: the default partition takes what comes.
    const later = new Date(Date.now() + 14 * DAY_MS);
    const clocks = (): Promise<Clocks> => Promise.resolve({ server: later, process: later });
    const insert = `INSERT INTO outbox SELECT gen_random_uuid(), 'a', $1, 1, 't', 1, '{}', NULL, $2`;
    await owner.query(insert, ['later', later]);
    const maintenance = new OutboxMaintenance(owner, 'kept', RETENTION, clocks);
    const [first]: { name: string }[] = await owner.query(`SELECT tableoid::regclass::text AS name FROM outbox WHERE aggregateid = 'today'`);

    const partitions = async (): Promise<string[]> => {
      const rows: { name: string }[] = await owner.query(`SELECT relname AS name FROM pg_class WHERE relname ~ '^outbox_\\d+$' AND relkind = 'r'`);
      return rows.map(({ name }) => name);
    };
    for (const deadline = Date.now() + 20_000; (await partitions()).includes(first?.name ?? ''); await sleep(50)) {
      if (Date.now() > deadline) throw new Error('The old partition was not dropped');
      await maintenance.run();
    }
    expect(await owner.query(`SELECT aggregateid, tableoid::regclass::text ~ '^outbox_\\d+$' AS daily FROM outbox`)).toEqual([
      { aggregateid: 'later', daily: true },
    ]);
    await write('last');
    expect(await readUntil('last')).toEqual(['today', 'later', 'last']);
    await stopReader();
  });
});
