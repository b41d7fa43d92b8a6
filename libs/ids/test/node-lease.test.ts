import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { NodeLease, type NodeLeaseOptions, type NodeLeaseStore } from '../src/lease/index';
import { holds, postgresStore, type RealStore, short, untilGranted, valkeyStore } from './lease-stores';

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] }, valkey: true });
});
afterAll(() => infra?.stop());

const never = (): Promise<never> => new Promise(() => undefined);

describe.each([
  ['PostgreSQL', () => postgresStore(infra.postgres.url('board'))],
  ['Valkey', () => valkeyStore(infra.valkey.url)],
])('a node lease in %s', (_name, open) => {
  let real: RealStore;
  beforeAll(async () => {
    real = await open();
  });
  afterAll(() => real?.close());

  /**
   * How long the holder goes on after the store has let go (negative: it stops before), when nothing is renewed any more.
   * The store's clock is read before the holder is asked, so that a pause of this process between the two does not count.
   */
  async function overlap(store: NodeLeaseStore, options: NodeLeaseOptions): Promise<number> {
    const all = short(options);
    const lease = await NodeLease.acquire({ ...bind(store), renew: never }, all);
    // A wall clock that stands: only the deadline is left to end it.
    const timestamp = Date.now();
    let heldAt = -Infinity;
    for (let now = await real.now(); holds(() => lease.assertHeld(timestamp)); now = await real.now()) {
      heldAt = now;
      await sleep(2);
    }
    return heldAt - (await real.expiresAt(all.pool, 0));
  }

  /** Of a control: a busy machine may be away at the very moment, and one of five shows that it is seen. */
  async function longest(attempt: () => Promise<number>, enough: number): Promise<number> {
    let most = -Infinity;
    for (let count = 0; count < 5 && most <= enough; count += 1) most = Math.max(most, await attempt());
    return most;
  }

  it('is renewed by itself, then given back', async () => {
    const options = short();
    const lease = await NodeLease.acquire(real.store, options);
    const mark = lease.mayIssueUntil;
    for (const end = performance.now() + 3 * options.ttlMs; performance.now() < end; await sleep(5)) lease.assertHeld();
    expect(lease.mayIssueUntil).toBeGreaterThan(mark + 2 * options.ttlMs);
    await lease.release();
    expect(() => lease.assertHeld()).toThrow('this process gave it back');
    const next = await untilGranted(() => NodeLease.acquire(real.store, options));
    expect(next.fencingToken).toBe(2n);
    // Lower than what the store held in advance: a clean end costs the next holder no waiting.
    expect(next.notBefore).toBeLessThan(lease.mayIssueUntil);
    next.assertHeld();
    await next.release();
  });

  it('ends before the store lets go, though the answer to its request took long', async () => {
    const slow = slowToAnswer(real.store, 200);
    expect(await overlap(slow, {})).toBeLessThan(0);
  });

  it('(control) is seen to overlap where the clock is read after the answer', async () => {
    // A clock that stands while a request is under way shows before it what a right one shows after it.
    const late = (slow = slowToAnswer(real.store, 200)): Promise<number> => overlap(slow, { monotonicNow: () => performance.now() - slow.waitedMs() });
    expect(await longest(late, 50)).toBeGreaterThan(50);
  });

  it('ends before the store lets go, though its clock is slow', async () => {
    expect(await overlap(real.store, { monotonicNow: () => performance.now() * 0.9 })).toBeLessThan(0);
  });

  it('(control) is seen to overlap where there is no margin', async () => {
    expect(await longest(() => overlap(real.store, { monotonicNow: () => performance.now() * 0.9, marginMs: 1 }), 20)).toBeGreaterThan(20);
  });

  it('goes on until its own deadline when the store hangs, and no longer', async () => {
    const failures: unknown[] = [];
    const lost: Error[] = [];
    const options = short({ requestTimeoutMs: 100, onRenewalFailed: (error) => failures.push(error), onLost: (error) => lost.push(error) });
    const askedAt = performance.now();
    const lease = await NodeLease.acquire({ ...bind(real.store), renew: never }, options);
    await sleep(options.ttlMs / 2);
    lease.assertHeld();
    while (holds(() => lease.assertHeld())) await sleep(2);
    expect(performance.now()).toBeLessThan(askedAt + options.ttlMs);
    expect(() => lease.assertHeld()).toThrow('not renewed in time');
    expect(failures[0]).toMatchObject({ code: 'IDS_LEASE_STORE_TIMEOUT' });
    await sleep(5);
    expect(lost).toMatchObject([{ code: 'IDS_LEASE_LOST', reason: 'expired' }]);
  });

  it('survives errors and lost answers of single renewals', async () => {
    let calls = 0;
    const flaky: NodeLeaseStore = {
      ...bind(real.store),
      renew: async (lease) => {
        calls += 1;
        if (calls % 2) throw new Error('connection reset');
        return real.store.renew(lease);
      },
    };
    const options = short();
    const lease = await NodeLease.acquire(flaky, options);
    for (const end = performance.now() + 3 * options.ttlMs; performance.now() < end; await sleep(5)) lease.assertHeld();
    expect(calls).toBeGreaterThan(5);
    await lease.release();
  });

  it('is not brought back by an answer after its deadline', async () => {
    const late: NodeLeaseStore = {
      ...bind(real.store),
      renew: async (lease) => {
        const mark = await real.store.renew(lease);
        await sleep(400);
        return mark;
      },
    };
    const lease = await NodeLease.acquire(late, short({ requestTimeoutMs: 50 }));
    while (holds(() => lease.assertHeld())) await sleep(2);
    await sleep(500);
    expect(() => lease.assertHeld()).toThrow('has ended');
  });

  it('ends at once when the store refuses', async () => {
    const options = short();
    const lease = await NodeLease.acquire(real.store, options);
    const holder = await real.holder(options.pool, 0);
    await real.store.release({ pool: options.pool, nodeId: 0, fencingToken: 1n, holder, terms: { ttlMs: 1, restMs: 1, maxClockSkewMs: 0, issueAheadMs: 0 } }, 0);
    await sleep(options.ttlMs / 3 + 100);
    expect(() => lease.assertHeld()).toThrow('the store gave it up');
  });

  it('issues nothing that an earlier holder may have issued, though the wall clock has gone back since', async () => {
    const options = short();
    const lease = await NodeLease.acquire({ ...bind(real.store), renew: never }, options);
    let last = 0;
    while (holds(() => lease.assertHeld(Date.now()))) {
      last = Date.now();
      await sleep(2);
    }
    const hourBack = { ...options, wallNow: () => Date.now() - 3_600_000 };
    const next = await untilGranted(() => NodeLease.acquire(real.store, hourBack));
    expect(next.notBefore).toBeGreaterThanOrEqual(last);
    expect(() => next.assertHeld()).toThrow(/wait 3\d{6} ms, or set this machine’s clock, which has gone back/);
    expect(() => next.assertHeld(last)).toThrow('may issue timestamps after');
    expect(() => next.assertHeld(Number.NaN)).toThrow('may issue timestamps after');
    next.assertHeld(next.notBefore + 1);
    await next.release();
    const third = await untilGranted(() => NodeLease.acquire(real.store, options));
    expect(third.notBefore).toBeGreaterThan(next.notBefore);
    await third.release();
  });

  it('issues nothing ahead of what the store has on record', async () => {
    const lease = await NodeLease.acquire(real.store, short());
    lease.assertHeld(lease.mayIssueUntil);
    expect(() => lease.assertHeld(lease.mayIssueUntil + 1)).toThrow('synchronise the clocks');
    await lease.release();
  });
});

describe('the options of a node lease', () => {
  it.each<[string, NodeLeaseOptions]>([
    ['marginMs is 0', { marginMs: 0 }],
    ['at most half of ttlMs', { ttlMs: 1_000, marginMs: 600 }],
    ['give more rest', { maxClockSkewMs: 500, restMs: 500 }],
    ['exchange them', { minNodeId: 5, maxNodeId: 4 }],
    ['give a whole number', { maxNodeId: 1.5 }],
  ])('are refused: %s', async (message, options) => {
    const unused: NodeLeaseStore = { acquire: never, renew: never, release: never };
    await expect(NodeLease.acquire(unused, options)).rejects.toMatchObject({ code: 'IDS_LEASE_OPTIONS', message: expect.stringContaining(message) });
  });

  it('give up on a store that hangs', async () => {
    const hung: NodeLeaseStore = { acquire: never, renew: never, release: never };
    await expect(NodeLease.acquire(hung, short({ requestTimeoutMs: 50 }))).rejects.toMatchObject({ code: 'IDS_LEASE_STORE_TIMEOUT' });
  });
});

/** Methods of a class are not copied by a spread. */
function bind(store: NodeLeaseStore): NodeLeaseStore {
  return { acquire: (request) => store.acquire(request), renew: (lease) => store.renew(lease), release: (lease, until) => store.release(lease, until) };
}

function slowToAnswer(store: NodeLeaseStore, delayMs: number): NodeLeaseStore & { waitedMs(): number } {
  let waited = 0;
  return {
    ...bind(store),
    waitedMs: () => waited,
    acquire: async (request) => {
      const from = performance.now();
      const grant = await store.acquire(request);
      await sleep(delayMs);
      waited += performance.now() - from;
      return grant;
    },
  };
}
