import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { NodeLease, NodeLeaseKeeper, type NodeLeaseStore, snowflake } from '../src/index';
import { postgresStore, type RealStore, short, untilGranted, valkeyStore } from './lease-stores';

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] }, valkey: true });
});
afterAll(() => infra?.stop());

describe.each([
  ['PostgreSQL', () => postgresStore(infra.postgres.url('board'))],
  ['Valkey', () => valkeyStore(infra.valkey.url)],
])('a keeper of node leases in %s', (_name, open) => {
  let real: RealStore;
  let away = false;
  const asked = jest.fn();
  /** The real store, or one that does not answer. */
  const store = (): NodeLeaseStore => ({
    acquire: (request) => {
      if (away) return Promise.reject(new Error('the store is away'));
      asked();
      return real.store.acquire(request);
    },
    renew: (lease) => (away ? Promise.reject(new Error('the store is away')) : real.store.renew(lease)),
    release: (lease, until) => real.store.release(lease, until),
  });
  beforeAll(async () => {
    real = await open();
  });
  beforeEach(() => {
    away = false;
    asked.mockClear();
  });
  afterAll(() => real?.close());

  it('has none until the store grants one, and says why', async () => {
    away = true;
    const failures: unknown[] = [];
    const keeper = await NodeLeaseKeeper.start(store(), { ...short(), retryMs: 20, onAcquireFailed: (error) => failures.push(error) });
    const ids = snowflake({ node: keeper.node });
    expect(() => ids.generate()).toThrow('No node id is held (the store is away)');
    away = false;
    while (!keeper.lease) await sleep(5);
    expect(ids.is(ids.generate())).toBe(true);
    expect(failures.length).toBeGreaterThan(0);
    await keeper.release();
  });

  it('takes another lease when one has ended, and one generator goes on in order', async () => {
    const lost: Error[] = [];
    const keeper = await NodeLeaseKeeper.start(store(), { ...short({ maxNodeId: 3 }), retryMs: 20, onLost: (error) => lost.push(error) });
    const format = snowflake({ node: keeper.node });
    const ids = [format.generate()];
    const first = keeper.lease;
    away = true;
    while (keeper.lease) await sleep(5); // its deadline passes
    expect(() => format.generate()).toThrow('No node id is held');
    away = false;
    while (!keeper.lease) await sleep(5);
    ids.push(format.generate());
    expect(keeper.lease).not.toBe(first);
    expect(lost).toHaveLength(1);
    expect(ids).toEqual(ids.toSorted((a, b) => format.compare(a, b)));
    await keeper.release();
  });

  it('gives back what it is being granted at that moment, and asks no more', async () => {
    const options = short();
    away = true;
    const keeper = await NodeLeaseKeeper.start(store(), { ...options, retryMs: 20 });
    away = false;
    while (asked.mock.calls.length === 0) await sleep(1);
    await keeper.release();
    expect(() => keeper.node(Date.now())).toThrow('it was given back');
    const next = await untilGranted(() => NodeLease.acquire(real.store, options));
    expect(next.fencingToken).toBe(2n); // well before the first one would have ended: it was released
    await next.release();
  });

  it('asks once more, and once only, where the answer came after its deadline', async () => {
    let stoodStillMs = 0;
    const keeper = NodeLeaseKeeper.start(store(), { ...short({ maxNodeId: 9, ttlMs: 5_000 }), retryMs: 20, monotonicNow: () => performance.now() + stoodStillMs });
    stoodStillMs = 10_000; // while it was asked
    const { lease } = await keeper;
    expect(lease).toBeUndefined();
    while (!(await keeper).lease) await sleep(5);
    await sleep(200);
    expect(asked).toHaveBeenCalledTimes(2);
    await (await keeper).release();
  });

  it('makes no id any more once it is being given back', async () => {
    const keeper = await NodeLeaseKeeper.start(store(), short());
    const released = keeper.release();
    expect(() => keeper.node(Date.now())).toThrow('it was given back');
    await released;
  });

  it.each([{ ttlMs: 1e10 }, { requestTimeoutMs: 550 }, { retryMs: 0 }])('refuses %j', async (options) => {
    await expect(NodeLeaseKeeper.start(store(), { ...short(), ...options })).rejects.toMatchObject({ code: 'IDS_LEASE_OPTIONS' });
  });

  it('refuses at once what can never succeed', async () => {
    await expect(NodeLeaseKeeper.start(store(), { minNodeId: 5, maxNodeId: 1 })).rejects.toThrow('exchange them');
  });
});
