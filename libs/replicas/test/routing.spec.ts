import { setTimeout as sleep } from 'node:timers/promises';
import { bounded, type ReadConsistencyOptions } from '../src/levels';
import type { ClusterOptions } from '../src/replica/cluster';
import type { Replica } from '../src/replica/replica';
import { FallbackLimit } from '../src/routing/fallback-limit';
import { Router } from '../src/routing/router';
import { scopeAround } from '../src/session/read-scope';
import { Session } from '../src/session/session';
import { scripted, type ScriptedServer } from './scripted-server';

type Scripted = Awaited<ReturnType<typeof scripted>>;
let open: Scripted | undefined;
afterEach(() => open?.cluster.close());

/** A session whose first choice is replica-1. */
async function reader(replicas: Parameters<typeof scripted>[0], options: Partial<ClusterOptions> & { fallbacks?: number } = {}) {
  open = await scripted(replicas, options);
  const { cluster, servers } = open;
  const router = new Router(cluster, new FallbackLimit(options.fallbacks ?? 1_000));
  const session = new Session('id-1');
  const [one, two] = cluster.replicas as [Replica, Replica];
  session.preference = { among: cluster.replicas, order: [one, two].filter(Boolean) };
  const route = async (consistency: Partial<ReadConsistencyOptions>) => {
    const { decision } = await router.route(scopeAround(session, { level: 'monotonic', timeoutMs: 50, onTimeout: 'another', ...consistency }));
    return decision;
  };
  const to = async (consistency: Partial<ReadConsistencyOptions>) => {
    const { target, reason } = await route(consistency);
    return [target, reason];
  };
  return { ...open, server: servers[0] as ScriptedServer, one, two, session, route, to };
}

describe('bounded', () => {
  it('reads what is known to be fresh enough, without asking anybody', async () => {
    const { primary, to } = await reader([{}, {}]);
    const { looks } = primary;
    expect(await to({ level: bounded(10_000) })).toEqual(['replica-1', 'pinned']);
    expect(primary.looks).toBe(looks);
  });

  it('does not read what may be older, and what it reads is told to be no older', async () => {
    const { cluster, primary, server, to, route } = await reader([{}, { lsn: 200n }]);
    await sleep(250);
    primary.place.lsn = 200n;
    await cluster.primary.look();
    expect(await to({ level: bounded(200), onTimeout: 'primary' })).toEqual(['primary', 'timeout']);
    expect(await to({ level: bounded(10_000), onTimeout: 'primary' })).toEqual(['replica-1', 'pinned']);
    await expect(route({ level: bounded(200), onTimeout: 'fail' })).rejects.toMatchObject({ name: 'ReadTimeoutError' });
    expect(await to({ level: bounded(200), onTimeout: 'stale' })).toEqual(['replica-1', 'stale']);
    const { target, reason, stalenessMs = Infinity } = await route({ level: bounded(200) });
    expect([target, reason, stalenessMs <= 200]).toEqual(['replica-2', 'another', true]);
    server.place.lsn = 200n;
    const waited = await route({ level: bounded(200), onTimeout: 'primary' });
    expect([waited.target, waited.reason, (waited.stalenessMs ?? Infinity) <= 200]).toEqual(['replica-1', 'waited', true]);
  });

  it('asks the primary where nobody is known to be fresh, and takes nothing that has grown too old meanwhile', async () => {
    const { primary, server, route } = await reader([{}]);
    const consistency = { level: bounded(200), timeoutMs: 1_000, onTimeout: 'primary' } as const;
    await sleep(210);
    primary.place.lsn = 200n;
    setTimeout(() => (server.place.lsn = 200n), 20);
    expect(await route(consistency)).toMatchObject({ target: 'replica-1', reason: 'waited' });
    await sleep(210);
    primary.place.lsn = 300n;
    server.place.lsn = 300n;
    server.beforeAnswer = () => sleep(250);
    const late = await route(consistency);
    expect(late).toMatchObject({ target: 'primary', reason: 'timeout' });
    expect(late.waitedMs).toBeLessThan(240); // it knew that before the answer was there
  });

  it('by nothing is the primary, as one of those that are counted', async () => {
    const { to, route } = await reader([{}, {}], { fallbacks: 1 });
    expect(await to({ level: bounded(0) })).toEqual(['primary', 'timeout']);
    await expect(route({ level: bounded(0) })).rejects.toMatchObject({ name: 'PrimaryFallbackLimitError' });
  });
});

describe('stale', () => {
  it('shows what there is when nothing is far enough in time, and says so', async () => {
    const { cluster, primary, session, to } = await reader([{}, { lsn: 200n }]);
    primary.place.lsn = 200n;
    await cluster.primary.look();
    session.haveRead({ timeline: 1, lsn: 200n });
    expect(await to({ onTimeout: 'stale', timeoutMs: 5 })).toEqual(['replica-1', 'stale']);
  });

  it('also where only the primary could say how far that is, and it is away', async () => {
    const { primary, session, to } = await reader([{}, {}]);
    primary.down = true;
    session.haveBeenShown('replica-9@gone', performance.now());
    expect(await to({ onTimeout: 'stale' })).toEqual(['replica-1', 'stale']);
    session.shown.clear();
    session.beginWrite()();
    expect(await to({ level: 'session', onTimeout: 'stale' })).toEqual(['replica-1', 'stale']);
    await expect(to({ level: 'session', onTimeout: 'primary' })).rejects.toThrow(/ECONNREFUSED|terminated|did not say/);
  });

  it('also where the first choice has to be settled by the primary, before the read goes elsewhere', async () => {
    const { primary, server, session, one, to } = await reader([{}, {}]);
    session.haveRead({ timeline: 1, lsn: 150n });
    session.haveBeenShown(one.incarnation ?? '', performance.now());
    server.place.received = 90n; // it replays from its disk, and cannot say what it has shown
    primary.down = true;
    expect(await to({ onTimeout: 'stale' })).toEqual(['replica-1', 'stale']);
  });

  it('also where the session would have to begin anew at the primary', async () => {
    const { cluster, primary, servers, session, to } = await reader([{}, {}]);
    session.haveRead({ timeline: 1, lsn: 150n });
    primary.place.timeline = 2;
    await cluster.primary.look();
    for (const [n, { place }] of servers.entries()) {
      place.timeline = 2;
      await cluster.replicas[n]?.watch.look();
    }
    primary.down = true;
    expect(await to({ onTimeout: 'stale' })).toEqual(['replica-1', 'stale']);
  });
});

describe('a session whose first choice is not far enough', () => {
  it('is not shown less elsewhere than the first choice has shown since it was last asked', async () => {
    const { cluster, primary, server, session, one, two, to } = await reader([{ lsn: 90n }, { lsn: 220n }]);
    primary.place.lsn = 300n;
    await cluster.primary.look();
    session.haveWritten({ timeline: 1, lsn: 200n });
    server.place.lsn = 250n;
    session.haveBeenShown(one.incarnation ?? '', performance.now());
    expect(two.watch.latest?.lsn).toBe(220n);
    expect(await to({ level: 'session' })).toEqual(['replica-1', 'waited']);
    expect(session.read?.lsn).toBe(250n);
  });

  it('goes to another one that is, or waits for its own, as it has said', async () => {
    const { cluster, primary, server, session, to } = await reader([{}, { lsn: 200n }]);
    primary.place.lsn = 200n;
    await cluster.primary.look();
    session.haveRead({ timeline: 1, lsn: 200n });
    expect(await to({})).toEqual(['replica-2', 'another']);
    expect(await to({ onTimeout: 'primary', timeoutMs: 5 })).toEqual(['primary', 'timeout']);
    await expect(to({ onTimeout: 'fail', timeoutMs: 5 })).rejects.toMatchObject({ name: 'ReadTimeoutError' });
    setTimeout(() => (server.place.lsn = 200n), 20);
    expect(await to({ onTimeout: 'primary', timeoutMs: 1_000 })).toEqual(['replica-1', 'waited']);
  });

  it('goes back at once to the one that has shown all of that itself', async () => {
    const { primary, cluster, session, one, to } = await reader([{ received: 180n }, {}]);
    primary.place.lsn = 300n;
    await cluster.primary.look();
    session.haveBeenShown(one.incarnation ?? '', performance.now());
    one.state = 'behind';
    expect(await to({ timeoutMs: 5 })).toEqual(['primary', 'timeout']); // to leave it, one has to know how far that was
    one.state = 'up';
    expect([session.read?.lsn, one.watch.latest?.lsn]).toEqual([101n, 100n]);
    expect(await to({ onTimeout: 'fail', timeoutMs: 5 })).toEqual(['replica-1', 'pinned']);
    session.haveRead({ timeline: 1, lsn: 101n }); // as far, but shown by nobody knows whom
    await expect(to({ onTimeout: 'fail', timeoutMs: 5 })).rejects.toMatchObject({ name: 'ReadTimeoutError' });
  });
});

it('a replica that joins is ranked with the others', async () => {
  const { cluster, server, to, session } = await reader([{}, {}]);
  await to({});
  expect(session.preference?.order.map(({ name }) => name)).toEqual(['replica-1', 'replica-2']);
  cluster.add({ name: 'replica-3', pool: server.pool });
  await to({});
  expect(session.preference?.order.map(({ name }) => name).toSorted()).toEqual(['replica-1', 'replica-2', 'replica-3']);
});
