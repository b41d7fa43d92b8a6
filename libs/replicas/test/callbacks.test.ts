import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { PoolClient, QueryArrayConfig, QueryResult } from 'pg';
import type { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { ReplicaRouter } from '../src/index';
import { admin, Counter, DATABASE, prepareCounters, routed, until } from './counter';

let infra: Infra;
let router: ReplicaRouter;
let dataSource: DataSource;
let close: () => Promise<void>;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, 40);
  for (const [name, url] of [['replica-1', infra.postgres.replicas[0]?.adminUrl()], ['replica-2', infra.postgres.replicas[1]?.adminUrl()], ['postgres', infra.postgres.adminUrl()]] as const) {
    await admin(url ?? '', 'ALTER SYSTEM SET max_prepared_transactions = 2'); // a standby's may not be less than its primary's
    await infra.process(name).stop();
    await infra.process(name).start();
  }
  ({ router, dataSource, close } = await routed(infra));
}, 120_000);
afterAll(async () => {
  await close?.();
  await infra?.stop();
});

type Done = (error: Error | null, result: QueryResult) => void;
/** A query by way of a callback; how often that is called is counted. */
type Form = (client: PoolClient, text: string, done: Done) => void;

const FORMS: readonly [string, Form][] = [
  ['(text, callback)', (client, text, done) => client.query(text, done)],
  ['(text, values, callback)', (client, text, done) => client.query(text, [], done)],
  ['(config, callback)', (client, text, done) => client.query({ text }, done)],
  ['(config, values, callback)', (client, text, done) => client.query({ text } as never, [], done)],
  ['(config.callback)', (client, text, callback) => client.query(Object.assign({ text }, { callback }))],
];

let calls = 0;
function answered(form: Form, client: PoolClient, text: string): Promise<QueryResult> {
  const { promise, resolve, reject } = Promise.withResolvers<QueryResult>();
  calls = 0;
  form(client, text, (error, result) => {
    calls += 1;
    if (error) reject(error);
    else resolve(result);
  });
  return Promise.race([promise, sleep(5_000, undefined, { ref: false }).then(() => Promise.reject(new Error('It was never called back.')))]);
}

/** With the client itself, as whoever takes it from a query runner has it. */
async function withClient<T>(mode: 'master' | 'slave', work: (client: PoolClient) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner(mode);
  try {
    return await work((await runner.connect()) as PoolClient);
  } finally {
    await runner.release();
  }
}

let last = 0;
/** No replica shows it before it has been replayed: whoever knows of the write waits, and here in vain. */
async function isKnown(write: (counter: number) => Promise<unknown>, level: 'session' | 'monotonic' = 'session'): Promise<boolean> {
  const { lsn } = await router.cluster.primary.look();
  await until(() => router.cluster.replicas.every(({ watch }) => (watch.latest?.lsn ?? 0n) >= lsn));
  for (const { adminUrl } of infra.postgres.replicas) await admin(adminUrl(), 'SELECT pg_wal_replay_pause()');
  try {
    last += 1;
    return await router.withConsistency(`writer-${last}`, { level, timeoutMs: 200, onTimeout: 'fail' }, async () => {
      await write(last);
      const { value } = await dataSource.getRepository(Counter).findOneByOrFail({ id: last }).catch((error: Error) => ({ value: error.name }));
      return value === 'ReadTimeoutError';
    });
  } finally {
    for (const { adminUrl } of infra.postgres.replicas) await admin(adminUrl(), 'SELECT pg_wal_replay_resume()');
  }
}

const set = (id: number): string => `UPDATE counter SET value = value + 1 WHERE id = ${id}`;

describe.each(FORMS)('on the primary, %s', (_name, form) => {
  it('a commit is called back, once, and its write is known', async () => {
    const known = await isKnown((id) =>
      withClient('master', async (client) => {
        await answered(form, client, 'BEGIN');
        await answered(form, client, set(id));
        expect(await answered(form, client, 'COMMIT')).toMatchObject({ command: 'COMMIT' });
        expect(calls).toBe(1);
      }),
    );
    expect(known).toBe(true);
  });

  it('a write has not ended before it is called back', async () => {
    const known = await isKnown((id) =>
      withClient('master', async (client) => {
        const written = answered(form, client, `WITH slow AS (SELECT pg_sleep(0.4)) UPDATE counter SET value = value + 1 FROM slow WHERE id = ${id}`);
        await sleep(100);
        await dataSource.getRepository(Counter).findOneBy({ id }).catch(() => undefined); // asks for the place of what has ended
        await written;
      }),
    );
    expect(known).toBe(true);
  });

  it('an error is handed over', async () => {
    await router.withConsistency('errors', {}, () =>
      withClient('master', async (client) => {
        await expect(answered(form, client, 'SELECT 1 / 0')).rejects.toThrow('division by zero');
        expect(calls).toBe(1);
      }),
    );
  });

  it('outside of any session it ends what one has written', async () => {
    const { session } = router.scope(`outsider-${_name}`);
    await withClient('master', async (client) => {
      await client.query('BEGIN');
      await router.withConsistency(session.id, {}, () => client.query(set(0)));
      await answered(form, client, 'COMMIT');
    });
    let asked = 0;
    const place = (): Promise<{ timeline: number; lsn: bigint }> => router.cluster.primaryPosition().finally(() => (asked += 1));
    await session.placeWrites(place);
    await session.placeWrites(place);
    expect(asked).toBe(1); // one that was still under way would be asked for each time
  });
});

describe.each(FORMS)('on a replica, %s', (_name, form) => {
  it('is answered once, by a result or an error', async () => {
    await router.withConsistency('reader', {}, async ({ decisions }) => {
      await withClient('slave', async (client) => {
        expect(await answered(form, client, 'SELECT pg_is_in_recovery() AS standby')).toMatchObject({ rows: [{ standby: true }] });
        expect(calls).toBe(1);
        await expect(answered(form, client, 'SELECT 1 / 0')).rejects.toThrow('division by zero');
        expect(calls).toBe(1);
      });
      expect(decisions).toHaveLength(1);
    });
  });

  it('is tried elsewhere as any other', async () => {
    await router.withConsistency('reader', {}, async ({ decisions }) => {
      expect(await withClient('slave', (client) => answered(form, client, 'SELECT id FROM counter WHERE id = 0 FOR UPDATE'))).toMatchObject({ rowCount: 1 });
      expect([calls, decisions.at(-1)?.target]).toEqual([1, 'primary']);
    });
  });
});

it('the rest of a config is kept, also where it stands in its prototype', async () => {
  class Sql {
    get text(): string {
      return 'SELECT $1::integer AS n';
    }
    readonly values = [7];
    readonly rowMode = 'array';
  }
  await router.withConsistency('reader', {}, async () => {
    for (const mode of ['master', 'slave'] as const) {
      const config = new Sql() as QueryArrayConfig;
      await withClient(mode, async (client) => {
        expect((await answered((_client, _text, done) => void client.query(config, done as never), client, '')).rows).toEqual([[7]]);
        expect((await answered((_client, _text, callback) => void client.query(Object.assign(new Sql(), { callback }) as QueryArrayConfig), client, '')).rows).toEqual([[7]]);
        expect((await client.query(config)).rows).toEqual([[7]]);
      });
    }
  });
});

describe('however it is committed, the session knows', () => {
  it.each<[string, (client: PoolClient) => Promise<unknown>]>([
    ['COMMIT', (client) => client.query('COMMIT')],
    ['COMMIT, with no values', (client) => client.query('COMMIT', [])],
    ['commit', (client) => client.query('commit')],
    ['COMMIT;', (client) => client.query('COMMIT;')],
    ['END', (client) => client.query('END')],
    ['{ text }', (client) => client.query({ text: 'COMMIT' })],
    ['{ name, text }', (client) => client.query({ name: 'commit', text: 'COMMIT' })],
    ['COMMIT AND CHAIN', async (client) => {
      await client.query('COMMIT AND CHAIN');
      await client.query('ROLLBACK');
    }],
    ['COMMIT PREPARED', async (client) => {
      await client.query("PREPARE TRANSACTION 'one'");
      await dataSource.getRepository(Counter).count().catch(() => undefined); // what is known of its place now is too low
      await client.query("COMMIT PREPARED 'one'");
    }],
  ])('%s', async (_name, commit) => {
    const write = (id: number): Promise<void> =>
      withClient('master', async (client) => {
        await client.query('BEGIN');
        await client.query(set(id));
        await client.query(`SELECT value FROM counter WHERE id = ${id}`);
        await commit(client);
      });
    expect(await isKnown(write)).toBe(true);
    // What it has read of it within the transaction it has been shown, also where nothing is promised of its writes.
    expect(await isKnown(write, 'monotonic')).toBe(true);
  });
});

it('what a callback throws is uncaught, as with pg, and rejects nothing', () => {
  const file = pathToFileURL(require.resolve('../src/typeorm/calling-back.ts')).href;
  const script = `
    import { callingBack } from '${file}';
    let calls = 0;
    process.on('uncaughtException', ({ message }) => console.log('uncaught', message)).on('unhandledRejection', () => console.log('unhandled'));
    for (const answer of [Promise.resolve(1), Promise.reject(new Error('no'))]) callingBack(['SELECT 1', () => { calls += 1; throw new Error('mine'); }], () => answer);
    setTimeout(() => console.log('calls', calls), 500);`;
  const said = execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(said.trim().split('\n')).toEqual(['uncaught mine', 'uncaught mine', 'calls 2']);
});
