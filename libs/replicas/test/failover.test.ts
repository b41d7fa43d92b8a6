import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { LostHistory, ReadLevel } from '../src/index';
import { acceptToken, tokenOf } from '../src/token/carry-token';
import type { ConsistencyToken } from '../src/token/index';
import { admin, Counter, DATABASE, prepareCounters, primaryOptions, replicasOf, routed, until } from './counter';
import { type Operation, violationsIn } from './history-checker';
import { TcpProxy } from './tcp-proxy';

const SESSIONS = 20;
/** Whose write never reaches a standby. */
const UNLUCKY = 'session-0';
/** Who has read that write on the primary, and knows of no place in the log. */
const WITNESS = 'session-1';

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

type Routed = Awaited<ReturnType<typeof routed>>;

/** A request that comes with a token, of whichever process: where it reads, and what its answer carries. */
function arrive({ router, dataSource }: Routed, id: string, token: ConsistencyToken): Promise<{ target: string | undefined; reason: string | undefined; timeline: number | undefined }> {
  return router.withConsistency(id, { level: 'session' }, async ({ session, decisions }) => {
    acceptToken(session, token, router.cluster);
    await dataSource.getRepository(Counter).findOneByOrFail({ id: 0 });
    return { target: decisions[0]?.target, reason: decisions[0]?.reason, timeline: (await tokenOf(session, router.cluster))?.timeline };
  });
}

const through = (port: number, url: string): string => url.replace(/:\d+\//, `:${port}/`);

it('a promotion: writes go on, sessions keep what has survived, and are told what has not', async () => {
  const lost: LostHistory[] = [];
  const primary = { connectionString: through(proxy.port, infra.postgres.url(DATABASE)) };
  const here = await routed(infra, { primary, replicas: replicasOf(infra), onHistoryLost: (each) => lost.push(each) });
  const { router, dataSource, close } = here;
  const [promoted, stuck] = infra.postgres.replicas;
  if (!promoted || !stuck) throw new Error('Two standbys are needed.');
  const history: Operation[] = [];
  const targets: string[] = [];
  const counters = () => dataSource.getRepository(Counter);
  const session = <T>(id: number, work: () => Promise<T>, level: ReadLevel = 'session'): Promise<T> => router.withConsistency(`session-${id}`, { level, timeoutMs: 300 }, async ({ decisions }) => {
    try {
      return await work();
    } finally {
      targets.push(...decisions.map(({ target }) => target));
    }
  });
  const read = (id: number, counter = id, level?: ReadLevel): Promise<void> => session(id, async () => {
    const beganAt = performance.now();
    const { value } = await counters().findOneByOrFail({ id: counter });
    history.push({ session: `session-${id}`, kind: 'read', counter, value, beganAt, endedAt: performance.now() });
  }, level);
  const whoLost = (): string[] => [...new Set(lost.map(({ sessionId }) => sessionId))].toSorted();
  const whoWentBack = (): string[] => [...new Set(violationsIn(history).map(({ read: { session: id } }) => id))].toSorted();
  const write = (id: number, value: number): Promise<void> => session(id, async () => {
    const beganAt = performance.now();
    await dataSource.transaction((manager) => manager.update(Counter, { id }, { value }));
    history.push({ session: `session-${id}`, kind: 'write', counter: id, value, beganAt, endedAt: performance.now() });
  });
  const all = (work: (id: number) => Promise<void>): Promise<unknown> => Promise.all(Array.from({ length: SESSIONS }, (_, id) => work(id)));
  try {
    await all((id) => write(id, 1));
    await all((id) => read(id));
    await until(() => router.cluster.replicas.every(({ watch }) => (watch.latest?.lsn ?? 0n) >= (router.cluster.primary.latest?.lsn ?? 1n)));

    const survives = await tokenOf(router.scope('session-2').session, router.cluster);

    // Neither standby receives what the unlucky one writes now.
    const [row] = await admin(stuck.adminUrl(), 'SHOW primary_conninfo');
    for (const { adminUrl } of [promoted, stuck]) {
      await admin(adminUrl(), "ALTER SYSTEM SET primary_conninfo = ''", 'SELECT pg_reload_conf()');
      while ((await admin(adminUrl(), 'SELECT FROM pg_stat_wal_receiver')).length > 0) await sleep(20);
    }
    await write(0, 2);
    await read(1, 0, 'strong');
    const perishes = await tokenOf(router.scope(UNLUCKY).session, router.cluster);
    await infra.process('postgres').kill();
    if (!survives || !perishes) throw new Error('Both have read and written.');

    // Reads go on without a primary; but for who has read there, and would go back.
    await expect(read(1)).rejects.toThrow(/terminat|ECONN|did not say/i);
    await until(() => router.cluster.replicas.every(({ state }) => state === 'up'));
    await Promise.all(Array.from({ length: SESSIONS - 2 }, (_, id) => read(id + 2)));

    await admin(promoted.adminUrl(), 'SELECT pg_promote()');
    proxy.point(promoted.port);
    await until(() => router.cluster.timeline === 2 && router.cluster.replicas[0]?.state === 'promoted');
    expect(router.cluster.replicas.map(({ name, state }) => [name, state])).toEqual([[promoted.name, 'promoted'], [stuck.name, 'behind']]);

    targets.length = 0;
    await all((id) => read(id));
    await read(1, 0);
    await all((id) => write(id, 10));
    await all((id) => read(id));
    expect(new Set(targets)).toEqual(new Set(['primary'])); // never the one that stayed on the old timeline
    // What was lost is a violation in the history, and no other: it is told to whom it has happened, and to nobody else.
    expect(whoWentBack()).toEqual([UNLUCKY, WITNESS]);
    expect(whoLost()).toEqual([UNLUCKY, WITNESS]);

    // A token of the old timeline: what the new one has goes on; what it has not, or where nobody knows, is the primary's and a new token.
    expect(await arrive(here, 'traveller', survives)).toEqual({ target: 'primary', reason: 'no-replica', timeline: 2 });
    expect(await arrive(here, 'heir', perishes)).toEqual({ target: 'primary', reason: 'other-timeline', timeline: 2 });
    const later = await routed(infra, { primary, replicas: [], onHistoryLost: (each) => lost.push(each) }, 0);
    await until(() => later.router.cluster.timeline === 2);
    expect(await arrive(later, 'stranger', survives)).toEqual({ target: 'primary', reason: 'other-timeline', timeline: 2 });
    await later.close();
    expect(whoLost()).toEqual(['heir', UNLUCKY, WITNESS, 'stranger']);

    // (control) TypeORM by itself reads the one that stayed behind, and goes back.
    const plain = await new DataSource(primaryOptions(infra, [stuck.url(DATABASE)], primary.connectionString)).initialize();
    expect(await plain.getRepository(Counter).findOneByOrFail({ id: 2 })).toMatchObject({ value: 1 });
    await plain.destroy();

    // The other standby follows the new primary, and is read again.
    // In containers by its name and no port.
    const follows = (row?.['primary_conninfo'] ?? '').replace(/port=\d+/, `port=${promoted.port}`).replace('host=postgres', `host=${promoted.name}`);
    await admin(promoted.adminUrl(), `SELECT pg_create_physical_replication_slot('${stuck.name.replace('-', '_')}', true)`);
    await admin(stuck.adminUrl(), `ALTER SYSTEM SET primary_conninfo = '${follows.replaceAll("'", "''")}'`, 'SELECT pg_reload_conf()');
    for (let i = 0; i < 100 && router.cluster.replicas[1]?.state !== 'up'; i++) {
      await admin(promoted.adminUrl(), 'CHECKPOINT');
      await admin(stuck.adminUrl(), 'CHECKPOINT');
      await sleep(50);
    }
    targets.length = 0;
    await all((id) => read(id));
    expect(new Set(targets)).toEqual(new Set([stuck.name]));
    expect(whoWentBack()).toEqual([UNLUCKY, WITNESS]);
  } finally {
    await close();
  }
});

it('the old primary’s address leads to a standby: nothing is read there as if it were the primary', async () => {
  const [, stuck] = infra.postgres.replicas;
  const primary = { connectionString: through(stuck?.port ?? 0, infra.postgres.url(DATABASE)) };
  await expect(routed(infra, { primary, replicas: [] }, 0)).rejects.toMatchObject({ code: 'REPLICAS_STANDBY_AT_PRIMARY' });
});
