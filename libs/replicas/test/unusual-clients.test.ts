import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { ReplicaRouter, ReplicaRouterOptions } from '../src/index';
import { admin, Counter, DATABASE, prepareCounters, primaryOptions, replicasOf, routed, until } from './counter';
import { TcpProxy } from './tcp-proxy';

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, 10);
});
afterAll(() => infra?.stop());

const countUp = (id: number): string => `UPDATE counter SET value = value + 1 WHERE id = ${id}`;
const messageOf = (error: unknown): string => (error as Error).message;

async function caughtUp({ cluster }: ReplicaRouter): Promise<void> {
  const { lsn } = await cluster.primary.look();
  await until(() => cluster.replicas.every(({ watch }) => (watch.latest?.lsn ?? 0n) >= lsn));
}

async function replay(how: 'pause' | 'resume'): Promise<void> {
  for (const { adminUrl } of infra.postgres.replicas) await admin(adminUrl(), `SELECT pg_wal_replay_${how}()`);
}

describe('while no replica replays, a session does not read past what it has written', () => {
  async function paused(work: (router: ReplicaRouter, dataSource: DataSource) => Promise<void>): Promise<void> {
    const { router, dataSource, close } = await routed(infra);
    try {
      await caughtUp(router);
      await replay('pause');
      await work(router, dataSource);
    } finally {
      await replay('resume');
      await close();
    }
  }
  const read = (router: ReplicaRouter, dataSource: DataSource, id: number): Promise<unknown> =>
    router.withConsistency('writer', { level: 'session', timeoutMs: 200, onTimeout: 'fail' }, () => dataSource.getRepository(Counter).findOneByOrFail({ id })).then(({ value }) => value, (error: Error) => error.name);

  it('by BEGIN and UPDATE sent at once, and a COMMIT by somebody else after a read between', () =>
    paused(async (router, dataSource) => {
      const runner = dataSource.createQueryRunner('master');
      await runner.connect();
      await router.withConsistency('writer', {}, () => Promise.all([runner.query('BEGIN'), runner.query(countUp(1))]));
      await read(router, dataSource, 1);
      await runner.query('COMMIT');
      await runner.release();
      expect(await read(router, dataSource, 1)).toBe('ReadTimeoutError');
    }));

  it('by a function in a SELECT, in a transaction that somebody else commits', async () => {
    await admin(infra.postgres.url(DATABASE), "CREATE FUNCTION count_up(integer) RETURNS integer LANGUAGE sql AS 'UPDATE counter SET value = value + 1 WHERE id = $1 RETURNING value'");
    await paused(async (router, dataSource) => {
      const runner = dataSource.createQueryRunner('master');
      await runner.query('BEGIN');
      await router.withConsistency('writer', {}, () => runner.query('SELECT count_up(2)'));
      await read(router, dataSource, 2);
      await runner.query('COMMIT');
      await runner.release();
      expect(await read(router, dataSource, 2)).toBe('ReadTimeoutError');
    });
  });

  it('whose answer has timed out, and that is done later', () =>
    paused(async (router) => {
      const dataSource = await router.dataSource(Object.assign(primaryOptions(infra), { extra: { query_timeout: 300 } })).initialize();
      const blocker = new Client({ connectionString: infra.postgres.url(DATABASE) });
      await blocker.connect();
      await blocker.query('BEGIN; SELECT 1 FROM counter WHERE id = 3 FOR UPDATE');
      await expect(router.withConsistency('writer', {}, () => dataSource.query(countUp(3)))).rejects.toThrow('Query read timeout');
      await read(router, dataSource, 3);
      await blocker.query('COMMIT');
      await blocker.end();
      await sleep(200);
      expect(await read(router, dataSource, 3)).toBe('ReadTimeoutError');
      await dataSource.destroy();
    }));
});

describe('a connection', () => {
  const own = (pool: object, behind: Partial<ReplicaRouterOptions> = {}): Partial<ReplicaRouterOptions> => ({ replicas: replicasOf(infra).map(({ name, pool: usual }) => ({ name, pool: Object.assign(usual, pool) })), ...behind });

  it('that is let go for the primary, which is not there, is not gone on with', async () => {
    const proxy = await TcpProxy.listen(infra.postgres.port);
    const url = new URL(infra.postgres.url(DATABASE));
    url.port = String(proxy.port);
    const options = own({ max: 1 }, { primary: { connectionString: url.href } });
    const { router, dataSource, close } = await routed(infra, { ...options, replicas: options.replicas?.slice(0, 1) ?? [] }, 1);
    const runner = dataSource.createQueryRunner('slave');
    proxy.point(1);
    await sleep(100);
    await expect(runner.query('SELECT 1 FROM counter FOR UPDATE')).rejects.toThrow(/ECONN|terminated/);
    await router.snapshot(dataSource, async (other) => {
      await expect(runner.query('COMMIT')).rejects.toThrow('lost its connection');
      expect(await other.query('SHOW transaction_isolation')).toEqual([{ transaction_isolation: 'repeatable read' }]);
    });
    await runner.release();
    proxy.point(infra.postgres.port);
    await close();
    await proxy.close();
  });

  it('on which a query goes on after its time is not given to the next reader, at the second attempt neither', async () => {
    const { router, dataSource, close } = await routed(infra, own({ max: 1, query_timeout: 300 }));
    await expect(router.query(dataSource, 'SELECT pg_sleep(2)')).rejects.toThrow('Query read timeout');
    for (const { pool } of router.cluster.replicas) expect([pool.totalCount, pool.idleCount]).toEqual([0, 0]);
    await close();
  });

  it('to the primary that is lost ends its streams', async () => {
    const { dataSource, close } = await routed(infra);
    const runner = dataSource.createQueryRunner('master');
    const stream = await runner.stream('SELECT n FROM generate_series(1, 10000000) AS n');
    const read = (async () => {
      for await (const row of stream) if (row) await sleep(1);
    })();
    await sleep(100);
    const end = admin(infra.postgres.adminUrl(DATABASE), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND pid <> pg_backend_pid()");
    await Promise.all([expect(read).rejects.toThrow(/terminat|ECONNRESET|EPIPE/), end]);
    await runner.release();
    await close();
  });
});

it('SQL that only reads does not write on the primary either', async () => {
  const { router, dataSource, close } = await routed(infra);
  const valueOf = async (): Promise<unknown> => (await admin(infra.postgres.url(DATABASE), 'SELECT value FROM counter WHERE id = 5'))[0];
  const before = await valueOf();
  for (const first of ['COMMIT', 'SET TRANSACTION READ WRITE', 'SELECT 1']) {
    const refused = await router.withConsistency('reader', { level: 'strong' }, () => router.query(dataSource, `${first}; ${countUp(5)}`)).then(() => 'done', messageOf);
    expect(refused).toMatch('cannot insert multiple commands into a prepared statement');
  }
  await expect(router.withConsistency('reader', { level: 'strong' }, () => router.query(dataSource, countUp(5)))).rejects.toThrow('read-only transaction');
  expect(await valueOf()).toEqual(before);
  await close();
});
