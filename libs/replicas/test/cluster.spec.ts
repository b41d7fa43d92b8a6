import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplicaState } from '../src/replica/replica';
import { PrimaryHistory } from '../src/replica/primary-history';
import type { Sample } from '../src/replica/sample';
import { scripted } from './scripted-server';

let open: Awaited<ReturnType<typeof scripted>> | undefined;
afterEach(async () => {
  await open?.cluster.close();
  open = undefined;
});

async function one(options: Parameters<typeof scripted>[1] = {}, place: Parameters<typeof scripted>[0] = [{}]) {
  const states: ReplicaState[] = [];
  open = await scripted(place, { ...options, onReplicaState: (_, state) => states.push(state) });
  const { cluster, primary, servers: [server] } = open;
  const [replica] = cluster.replicas;
  if (!server || !replica) throw new Error('There is no replica.');
  return { cluster, primary, server, replica, states };
}

describe('a replica', () => {
  it.each<[what: string, place: object, state: ReplicaState]>([
    ['of another cluster', { systemId: '8' }, 'behind'],
    ['of another timeline', { timeline: 2 }, 'behind'],
    ['that is a primary', { standby: false }, 'promoted'],
    ['of the same', {}, 'up'],
  ])('%s', async (_what, place, state) => {
    const { replica } = await one({}, [place]);
    await replica.watch.look(); // the primary is known by now
    expect(replica.state).toBe(state);
  });

  it('that lags by too much is read again when it lags by less than half of that', async () => {
    const { cluster, primary, replica, server } = await one({ maxLagMs: 1_000 });
    const primaryAt = async (lsn: bigint): Promise<void> => {
      primary.place.lsn = lsn;
      await cluster.primary.look();
    };
    const stateAt = async (lsn: bigint): Promise<ReplicaState> => {
      server.place.lsn = lsn;
      await replica.watch.look();
      return replica.state;
    };
    await sleep(300);
    for (const lsn of [200n, 300n]) await primaryAt(lsn);
    await sleep(400);
    expect(await stateAt(100n)).toBe('up'); // by 700 ms
    await sleep(400);
    expect(await stateAt(100n)).toBe('behind'); // by 1,100
    expect(await stateAt(200n)).toBe('behind'); // by 800
    for (const lsn of [300n, 400n]) await primaryAt(lsn);
    expect(await stateAt(300n)).toBe('up');
  });

  it('that does not answer is out after two failures, and is tried again after twice as long each time', async () => {
    const { replica, server, states } = await one({ watch: { idleMs: 10, busyMs: 1, timeoutMs: 300 } });
    server.down = true;
    server.attempts.length = 0;
    await sleep(1_000);
    expect([replica.state, replica.incarnation]).toEqual(['out', undefined]);
    const gaps = server.attempts.slice(1).map((time, n) => time - (server.attempts[n] ?? 0));
    for (const [n, least] of [190, 390].entries()) expect(gaps[n]).toBeGreaterThan(least);
    expect(gaps.length).toBeLessThan(4);
    server.down = false;
    await sleep(600); // half a second at most
    expect([replica.state, states]).toEqual(['up', ['up', 'out', 'up']]);
  });

  it('is not out by one failure, nor by two with an answer between them', async () => {
    const { replica } = await one();
    replica.failed(new Error('gone'));
    await replica.watch.look();
    replica.failed(new Error('gone'));
    expect(replica.state).toBe('up');
    replica.failed(new Error('gone'));
    expect(replica.state).toBe('out');
  });
});

describe('how stale a replica is', () => {
  const sample = (askedAt: number, lsn: bigint, timeline = 1): Sample => ({ askedAt, answeredAt: askedAt + 50, lsn, received: undefined, replayed: undefined, timeline, standby: false, systemId: '7', life: 'a' });
  const historyOf = (...samples: readonly Sample[]): PrimaryHistory => {
    const history = new PrimaryHistory();
    for (const each of samples) history.add(each);
    return history;
  };

  it('counts from when the primary was asked: it may have gone on before it answered', () => {
    const history = historyOf(sample(1_000, 10n), sample(2_000, 20n), sample(3_000, 30n));
    expect([9n, 10n, 25n, 30n].map((lsn) => history.staleness(lsn, 4_000))).toEqual([undefined, 3_000, 2_000, 1_000]);
    expect(history.spanMs(4_000)).toBe(3_000);
  });

  it('what was committed before a time is where the primary was when it was asked after it', () => {
    const history = historyOf(sample(1_000, 10n), sample(2_000, 20n), sample(3_000, 30n));
    expect([1_000, 1_001, 2_010, 3_000, 3_001].map((time) => history.placeAfter(time))).toEqual([10n, 20n, 30n, 30n, undefined]);
  });

  it('of many looks the latest counts, and few are kept', () => {
    const history = new PrimaryHistory();
    for (let ms = 0; ms <= 1_000; ms++) {
      history.add(sample(ms, BigInt(ms)));
      expect(history.staleness(BigInt(ms), ms)).toBe(0);
    }
    const places = new Set(Array.from({ length: 1_001 }, (_, ms) => history.placeAfter(ms)));
    expect([places.size > 100, places.size < 210]).toEqual([true, true]);
    history.add(sample(1_001, 5n, 2));
    expect(history.placeAfter(0)).toBe(5n); // places of another timeline say nothing
  });
});
