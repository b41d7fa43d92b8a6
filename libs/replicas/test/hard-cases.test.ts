import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { ReplicaOptions, ReplicaRouter } from '../src/index';
import { tokenOf } from '../src/token/carry-token';
import { admin, Counter, DATABASE, prepareCounters, replicasOf, routed, until } from './counter';

let infra: Infra;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, 20);
}, 120_000);

afterAll(() => infra?.stop());

const SET = (id: number): string => `UPDATE counter SET value = value + 1 WHERE id = ${id}`;
const valueOf = async (dataSource: DataSource, id: number): Promise<number> => (await dataSource.getRepository(Counter).findOneByOrFail({ id })).value;
const firstReplica = (pool: object = {}): ReplicaOptions[] => replicasOf(infra).slice(0, 1).map(({ name, pool: own }) => ({ name, pool: Object.assign({}, own, pool) }));

async function replay(how: 'pause' | 'resume'): Promise<void> {
  for (const { adminUrl } of infra.postgres.replicas) await admin(adminUrl(), `SELECT pg_wal_replay_${how}()`);
}

async function caughtUp({ cluster }: ReplicaRouter): Promise<void> {
  const { lsn } = await cluster.primary.look();
  await until(() => cluster.replicas.every(({ watch }) => (watch.latest?.lsn ?? 0n) >= lsn));
}

/** No replica has it, and a session that knows of its write waits for one that does. */
function patientRead(router: ReplicaRouter, dataSource: DataSource, id: string, counter: number): Promise<number> {
  return router.withConsistency(id, { level: 'session', timeoutMs: 300, onTimeout: 'fail' }, () => valueOf(dataSource, counter));
}

type Write = (router: ReplicaRouter, dataSource: DataSource, id: string) => Promise<unknown>;

/** By a runner of its own, statement by statement. */
const statements =
  (...each: readonly string[]): Write =>
  (router, dataSource, id) =>
    router.withConsistency(id, {}, async () => {
      const runner = dataSource.createQueryRunner();
      for (const statement of each) await runner.query(statement);
      await runner.release();
    });

describe('a session knows of its write', () => {
  it.each<[what: string, counter: number, write: Write]>([
    ['within a transaction that somebody else commits', 1, (router, dataSource, id) => dataSource.transaction((manager) => router.withConsistency(id, {}, () => manager.query(SET(1))))],
    ['that is committed in the same message', 2, statements('BEGIN', `${SET(2)}; COMMIT`)],
    ['that is committed behind a comment', 3, statements('BEGIN', SET(3), '/* traceparent */ COMMIT')],
    [
      'that is queued behind a commit',
      4,
      (router, dataSource, id) =>
        router.withConsistency(id, {}, async () => {
          const runner = dataSource.createQueryRunner();
          await runner.query('BEGIN');
          await Promise.all([runner.query('COMMIT'), runner.query(SET(4))]);
          await runner.release();
        }),
    ],
  ])('%s', async (_what, counter, write) => {
    const { router, dataSource, close } = await routed(infra);
    try {
      await caughtUp(router);
      await replay('pause');
      await write(router, dataSource, `writer-${counter}`);
      await expect(patientRead(router, dataSource, `writer-${counter}`, counter)).rejects.toMatchObject({ name: 'ReadTimeoutError' });
    } finally {
      await replay('resume');
      await close();
    }
  });

  it('while it begins anew on another timeline, and while strangers fill the store', async () => {
    const { router, dataSource, close } = await routed(infra, { sessions: 100 });
    const { primary } = router.cluster;
    const look = primary.look.bind(primary);
    try {
      await caughtUp(router);
      await replay('pause');
      const { session } = router.scope('again');
      session.haveRead({ timeline: 9_999, lsn: 0n });
      primary.look = async () => {
        const sample = await look();
        await sleep(300);
        return sample;
      };
      const token = tokenOf(session, router.cluster);
      await sleep(150);
      await router.withConsistency('again', {}, () => dataSource.transaction((manager) => manager.query(SET(5))));
      await token;
      primary.look = look;
      for (let stranger = 0; stranger < 200; stranger++) router.scope(`stranger-${stranger}`);
      await expect(patientRead(router, dataSource, session.id, 5)).rejects.toMatchObject({ name: 'ReadTimeoutError' });
    } finally {
      await replay('resume');
      await close();
    }
  });
});

it('a read whose second attempt fails tells why, and lets nothing go twice', async () => {
  const { router, dataSource, close } = await routed(infra, { replicas: firstReplica(), primaryFallbacksPerSecond: 0 }, 1);
  const read = router.withConsistency('a', {}, () => router.query(dataSource, 'SELECT pg_terminate_backend(pg_backend_pid())'));
  await expect(read).rejects.toMatchObject({ driverError: { name: 'PrimaryFallbackLimitError' } });
  await close(); // a runner that was not released would keep it from ending
});

it('a snapshot whose query has timed out leaves none open for the next reader', async () => {
  const { router, dataSource, close } = await routed(infra, { replicas: firstReplica({ query_timeout: 300, max: 1 }) }, 1);
  await caughtUp(router);
  const snapshot = router.snapshot(dataSource, async (runner) => {
    await runner.query('SELECT value FROM counter WHERE id = 6');
    await runner.query('SELECT pg_sleep(1)');
  });
  await expect(snapshot).rejects.toThrow('timeout');
  await sleep(1_000);
  await admin(infra.postgres.url(DATABASE), SET(6));
  await caughtUp(router);
  expect(await router.withConsistency('x', {}, () => valueOf(dataSource, 6))).toBe(1);
  await close();
});

it('an address that leads to another server than the one that is watched is not tried for ever', async () => {
  const ports = infra.postgres.replicas.map(({ url }) => Number(new URL(url(DATABASE)).port));
  const sockets: Socket[] = [];
  let connections = 0;
  const proxy = createServer((socket) => {
    const server = connect(ports[connections++ === 0 ? 0 : 1] ?? 0, '127.0.0.1');
    for (const [one, other] of [[socket, server], [server, socket]] as const) {
      sockets.push(one);
      one.on('error', () => undefined).on('close', () => other.destroy()).pipe(other);
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = new URL(infra.postgres.replicas[0]?.url(DATABASE) ?? '');
  address.port = String((proxy.address() as AddressInfo).port);
  const { router, dataSource, close } = await routed(infra, { replicas: [{ name: 'replica-1', pool: { connectionString: address.href } }] }, 1);
  const target = await router.withConsistency('a', {}, async ({ decisions }) => {
    await valueOf(dataSource, 7);
    return decisions.at(-1)?.target;
  });
  expect(target).toBe('primary');
  expect(connections).toBeLessThan(6);
  await close();
  for (const socket of sockets) socket.destroy();
  proxy.close();
});
