import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { LostHistory } from '../src/index';
import { admin, Counter, DATABASE, prepareCounters, replicasOf, routed, until } from './counter';
import { type Operation, violationsIn } from './history-checker';
import { TcpProxy } from './tcp-proxy';

const SESSIONS = 20;
/** Whose write never reaches a standby. */
const UNLUCKY = 'session-0';

let infra: Infra;
let proxy: TcpProxy;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, SESSIONS);
  proxy = await TcpProxy.listen(infra.postgres.port);
});
afterAll(async () => {
  await proxy?.close();
  await infra?.stop();
});

const through = (port: number, url: string): string => url.replace(/:\d+\//, `:${port}/`);

it('a promotion: writes go on, sessions keep what has survived, and are told what has not', async () => {
  const lost: LostHistory[] = [];
  const primary = { connectionString: through(proxy.port, infra.postgres.url(DATABASE)) };
  const { router, dataSource, close } = await routed(infra, { primary, replicas: replicasOf(infra), onHistoryLost: (each) => lost.push(each) });
  const [promoted, stuck] = infra.postgres.replicas;
  if (!promoted || !stuck) throw new Error('Two standbys are needed.');
  const history: Operation[] = [];
  const targets: string[] = [];
  const counters = () => dataSource.getRepository(Counter);
  const session = <T>(id: number, work: () => Promise<T>): Promise<T> => router.withConsistency(`session-${id}`, { level: 'session', timeoutMs: 300 }, async ({ decisions }) => {
    try {
      return await work();
    } finally {
      targets.push(...decisions.map(({ target }) => target));
    }
  });
  const read = (id: number): Promise<void> => session(id, async () => {
    const beganAt = performance.now();
    const { value } = await counters().findOneByOrFail({ id });
    history.push({ session: `session-${id}`, kind: 'read', counter: id, value, beganAt, endedAt: performance.now() });
  });
  const write = (id: number, value: number): Promise<void> => session(id, async () => {
    const beganAt = performance.now();
    await dataSource.transaction((manager) => manager.update(Counter, { id }, { value }));
    history.push({ session: `session-${id}`, kind: 'write', counter: id, value, beganAt, endedAt: performance.now() });
  });
  const all = (work: (id: number) => Promise<void>): Promise<unknown> => Promise.all(Array.from({ length: SESSIONS }, (_, id) => work(id)));
  try {
    await all((id) => write(id, 1));
    await all(read);
    await until(() => router.cluster.replicas.every(({ watch }) => (watch.latest?.lsn ?? 0n) >= (router.cluster.primary.latest?.lsn ?? 1n)));

    // Neither standby receives what the unlucky one writes now.
    const [row] = await admin(stuck.adminUrl(), 'SHOW primary_conninfo');
    for (const { adminUrl } of [promoted, stuck]) {
      await admin(adminUrl(), "ALTER SYSTEM SET primary_conninfo = ''", 'SELECT pg_reload_conf()');
      while ((await admin(adminUrl(), 'SELECT FROM pg_stat_wal_receiver')).length > 0) await sleep(20);
    }
    await write(0, 2);
    await infra.process('postgres').kill();

    // Reads of the others go on without a primary.
    await until(() => router.cluster.replicas.every(({ state }) => state === 'up'));
    await Promise.all(Array.from({ length: SESSIONS - 1 }, (_, id) => read(id + 1)));

    await admin(promoted.adminUrl(), 'SELECT pg_promote()');
    proxy.point(promoted.port);
    await until(() => router.cluster.timeline === 2 && router.cluster.replicas[0]?.state === 'promoted');
    expect(router.cluster.replicas.map(({ name, state }) => [name, state])).toEqual([[promoted.name, 'promoted'], [stuck.name, 'behind']]);

    targets.length = 0;
    await all(read);
    await all((id) => write(id, 10));
    await all(read);
    expect(new Set(targets)).toEqual(new Set(['primary'])); // never the one that stayed on the old timeline
    expect(lost.map(({ sessionId }) => sessionId)).toEqual(expect.arrayContaining([UNLUCKY]));
    expect(new Set(lost.map(({ sessionId }) => sessionId))).toEqual(new Set([UNLUCKY]));
    // What was lost is a violation in the history, and no other.
    expect(new Set(violationsIn(history).map(({ read: { session: id } }) => id))).toEqual(new Set([UNLUCKY]));

    // The other standby follows the new primary, and is read again.
    const follows = (row?.['primary_conninfo'] ?? '').replace(/port=\d+/, `port=${promoted.port}`);
    await admin(promoted.adminUrl(), `SELECT pg_create_physical_replication_slot('${stuck.name.replace('-', '_')}', true)`);
    await admin(stuck.adminUrl(), `ALTER SYSTEM SET primary_conninfo = '${follows.replaceAll("'", "''")}'`, 'SELECT pg_reload_conf()');
    for (let i = 0; i < 100 && router.cluster.replicas[1]?.state !== 'up'; i++) {
      await admin(promoted.adminUrl(), 'CHECKPOINT');
      await admin(stuck.adminUrl(), 'CHECKPOINT');
      await sleep(50);
    }
    targets.length = 0;
    await all(read);
    expect(new Set(targets)).toEqual(new Set([stuck.name]));
    expect(new Set(violationsIn(history).map(({ read: { session: id } }) => id))).toEqual(new Set([UNLUCKY]));
  } finally {
    await close();
  }
});

it('the old primary’s address leads to a standby: nothing is read there as if it were the primary', async () => {
  const [, stuck] = infra.postgres.replicas;
  const primary = { connectionString: through(stuck?.port ?? 0, infra.postgres.url(DATABASE)) };
  await expect(routed(infra, { primary, replicas: [] }, 0)).rejects.toMatchObject({ code: 'REPLICAS_STANDBY_AT_PRIMARY' });
});
