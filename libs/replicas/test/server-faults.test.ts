import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { ReadScope } from '../src/index';
import { admin, Counter, DATABASE, prepareCounters, replicasOf, routed, until } from './counter';
import { TcpProxy } from './tcp-proxy';

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, 10);
  await admin(infra.postgres.url(DATABASE), 'CREATE SEQUENCE effects'); // what it has counted no rollback takes back
});
afterAll(() => infra?.stop());

let all: Awaited<ReturnType<typeof routed>>;
afterEach(() => all.close());

const count = (): Promise<number> => all.dataSource.getRepository(Counter).count();
const routesOf = ({ decisions }: ReadScope): string[] => decisions.map(({ target, reason }) => `${target} ${reason}`);
const MOVED = ['replica-1 pinned', 'replica-2 retried'];

/** An id whose reads prefer replica-1. */
async function reader(): Promise<string> {
  for (let n = 0; ; n++) {
    const target = await all.router.withConsistency(`reader-${n}`, {}, async ({ decisions }) => (await count()) && decisions.at(-1)?.target);
    if (target === 'replica-1') return `reader-${n}`;
  }
}

const atReplica1 = (...sql: readonly string[]): Promise<Record<string, string>[]> => admin(infra.postgres.replicas[0]?.adminUrl(DATABASE) ?? '', ...sql);
const backends = (query: string): string => `FROM pg_stat_activity WHERE datname = '${DATABASE}' AND pid <> pg_backend_pid() AND query LIKE '${query}'`;

async function effects(): Promise<number> {
  return Number((await admin(infra.postgres.url(DATABASE), 'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS n FROM effects'))[0]?.['n']);
}

describe('a read whose connection is ended by the replica', () => {
  it('under way: is answered by the next candidate', async () => {
    all = await routed(infra);
    await all.router.withConsistency(await reader(), {}, async (scope) => {
      const read = all.router.query(all.dataSource, 'SELECT 1 AS one, pg_sleep(0.6)');
      await sleep(200);
      await atReplica1(`SELECT pg_terminate_backend(pid) ${backends('%pg_sleep%')}`);
      expect(await read).toMatchObject([{ one: 1 }]);
      expect(routesOf(scope)).toEqual(MOVED);
    });
  });

  it('before it, again and again: none fails', async () => {
    all = await routed(infra);
    const id = await reader();
    const failures: unknown[] = [];
    for (let n = 0; n < 30; n++) {
      await Promise.all([
        atReplica1(`SELECT pg_terminate_backend(pid) ${backends('%')}`),
        sleep(n).then(() => all.router.withConsistency(id, {}, () => count()).catch((error: unknown) => failures.push(error))),
      ]);
    }
    expect(failures).toEqual([]);
    await until(() => all.router.cluster.replicas.every(({ state }) => state === 'up'));
  });

  it('not if it is the second one: it may build on the first', async () => {
    all = await routed(infra);
    await all.router.withConsistency(await reader(), {}, async (scope) => {
      const runner = all.dataSource.createQueryRunner('slave');
      await runner.query('SELECT 1');
      const second = runner.query('SELECT pg_sleep(0.6)');
      await sleep(200);
      await Promise.all([expect(second).rejects.toMatchObject({ code: '57P01' }), atReplica1(`SELECT pg_terminate_backend(pid) ${backends('%pg_sleep%')}`)]);
      expect(routesOf(scope)).toEqual(['replica-1 pinned']);
      await runner.release();
    });
  });

  it('not a stream, which fails where it is and gives its connection back', async () => {
    all = await routed(infra);
    await all.router.withConsistency(await reader(), {}, async () => {
      const runner = all.dataSource.createQueryRunner('slave');
      const ended = Promise.withResolvers<void>();
      const stream = await runner.stream('SELECT n FROM generate_series(1, 10000000) AS n', [], undefined, () => void runner.release().then(ended.resolve, ended.reject));
      const read = (async () => {
        for await (const row of stream) if (row) await sleep(1);
      })();
      await sleep(200);
      await Promise.all([expect(read).rejects.toThrow(/terminat|ECONNRESET/), atReplica1(`SELECT pg_terminate_backend(pid) ${backends('%generate_series%')}`)]);
      await ended.promise;
    });
    await until(() => all.router.cluster.replicas.every(({ pool }) => pool.totalCount === pool.idleCount));
  });

  it('by a crash: what is under way moves, what comes while it recovers goes elsewhere', async () => {
    all = await routed(infra);
    const id = await reader();
    await all.router.withConsistency(id, {}, async (scope) => {
      const read = all.router.query(all.dataSource, 'SELECT 1 AS one, pg_sleep(0.6)');
      await sleep(200);
      const [watch] = await atReplica1(`SELECT pid::text ${backends('%pg_last_wal_replay_lsn%')}`);
      await infra.signal('replica-1', Number(watch?.['pid']), 'SIGKILL');
      expect(await read).toMatchObject([{ one: 1 }]);
      expect(routesOf(scope)).toEqual(MOVED);
      for (let n = 0; n < 50; n++) await count();
    });
    await until(() => all.router.cluster.replicas.every(({ state }) => state === 'up'));
  });
});

it('reads that the replay cancels are answered elsewhere, and none takes the replica out', async () => {
  const states: string[] = [];
  await atReplica1('ALTER SYSTEM SET max_standby_streaming_delay = 100', 'SELECT pg_reload_conf()');
  all = await routed(infra, { watch: { idleMs: 2_000 }, onReplicaState: (name, state) => states.push(`${name} ${state}`) });
  await all.router.withConsistency(await reader(), {}, async (scope) => {
    const reads = [1, 2, 3].map((n) => all.router.query(all.dataSource, `SELECT ${n} AS n, pg_sleep(1) FROM counter WHERE id = ${n}`));
    await sleep(200);
    await admin(infra.postgres.url(DATABASE), 'BEGIN; LOCK TABLE counter IN ACCESS EXCLUSIVE MODE; COMMIT'); // the replay wants it too
    expect(await Promise.all(reads)).toMatchObject([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
    expect(scope.decisions.map(({ target }) => target)).toEqual(['replica-1', 'replica-1', 'replica-1', 'replica-2', 'replica-2', 'replica-2']);
  });
  expect(states).not.toContain('replica-1 out');
  await atReplica1('ALTER SYSTEM RESET max_standby_streaming_delay', 'SELECT pg_reload_conf()');
});

it('a replica all of whose connections are in use is left alone, and is not out', async () => {
  const states: string[] = [];
  const replicas = replicasOf(infra).map(({ name, pool }, i) => ({ name, pool: i === 0 ? { ...pool, max: 1, connectionTimeoutMillis: 100 } : pool }));
  all = await routed(infra, { replicas, watch: { idleMs: 2_000 }, onReplicaState: (name, state) => states.push(`${name} ${state}`) });
  await all.router.withConsistency(await reader(), {}, async (scope) => {
    const runner = all.dataSource.createQueryRunner('slave');
    await runner.connect();
    await Promise.all([1, 2, 3, 4].map(() => count()));
    await runner.release();
    expect(routesOf(scope).filter((route) => route === 'replica-2 retried')).toHaveLength(4);
    await count();
    expect(routesOf(scope).at(-1)).toMatch(/^replica-1/);
  });
  expect(states.filter((state) => state.endsWith('out'))).toEqual([]);
});

it('one that lets nobody in (53300) fails no read', async () => {
  await admin(infra.postgres.adminUrl(DATABASE), "CREATE ROLE narrow LOGIN PASSWORD 'narrow' CONNECTION LIMIT 1", `GRANT ${new URL(infra.postgres.url(DATABASE)).username} TO narrow`);
  const replicas = replicasOf(infra).map(({ name, pool }, i) => {
    const narrow = Object.assign(new URL(pool.connectionString ?? ''), { username: 'narrow', password: 'narrow' });
    return { name, pool: i === 0 ? { ...pool, connectionString: narrow.href } : pool };
  });
  while ((await atReplica1("SELECT 1 AS there FROM pg_roles WHERE rolname = 'narrow'")).length === 0) await sleep(20);
  all = await routed(infra, { replicas }); // its watch has the one connection
  const targets = new Set<string | undefined>();
  for (let n = 0; n < 20; n++) {
    await all.router.withConsistency(`reader-${n}`, {}, async ({ decisions }) => {
      await count();
      targets.add(decisions.at(-1)?.target);
    });
  }
  expect([...targets]).toEqual(['replica-2']);
});

describe('a write is never done twice', () => {
  it('also not if its transaction loses the primary, and its reads beside it go to replicas again', async () => {
    const proxy = await TcpProxy.listen(infra.postgres.port);
    const primary = new URL(infra.postgres.url(DATABASE));
    primary.port = String(proxy.port);
    all = await routed(infra, { primary: { connectionString: primary.href } });
    const before = await effects();
    await all.router.withConsistency('writer', {}, async (scope) => {
      const writes = all.dataSource.transaction(async (manager) => {
        await manager.query("SELECT nextval('effects')");
        setTimeout(() => proxy.point(1), 200);
        await manager.query("SELECT nextval('effects'), pg_sleep(0.4)");
      });
      await expect(writes).rejects.toThrow('Connection terminated');
      await expect(all.dataSource.query("SELECT nextval('effects')")).rejects.toThrow('Connection terminated');
      proxy.point(infra.postgres.port);
      await sleep(600);
      expect(await effects()).toBe(before + 2);
      await count();
      expect(scope.decisions.at(-1)?.target).toMatch(/^replica/);
    });
    await proxy.close();
  });

  it('also not if a replica has refused it first and the primary fails it then', async () => {
    all = await routed(infra);
    const before = await effects();
    await all.router.withConsistency('writer', {}, async (scope) => {
      const write = all.dataSource.getRepository(Counter).createQueryBuilder('c').select("nextval('effects'), pg_terminate_backend(pg_backend_pid())").limit(1);
      await expect(write.getRawOne()).rejects.toMatchObject({ code: '57P01' });
      expect(scope.decisions.map(({ reason }) => reason)).toEqual(['pinned', 'write']);
    });
    expect(await effects()).toBe(before + 1);
  });
});
