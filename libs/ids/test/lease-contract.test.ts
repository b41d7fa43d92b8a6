import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { NodeLease, type LeaseRequest, type LeaseTerms } from '../src/lease/index';
import { postgresStore, type RealStore, short, untilGranted, valkeyStore } from './lease-stores';

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] }, valkey: true });
});
afterAll(() => infra?.stop());

const terms: LeaseTerms = { ttlMs: 300, restMs: 200, maxClockSkewMs: 50, issueAheadMs: 20 };
let pools = 0;
const request = (rest: Partial<LeaseRequest> = {}): LeaseRequest => ({ pool: `contract-${++pools}`, minNodeId: 0, maxNodeId: 0, holder: 'test', terms, ...rest });

describe.each([
  ['PostgreSQL', () => postgresStore(infra.postgres.url('board'))],
  ['Valkey', () => valkeyStore(infra.valkey.url)],
])('a lease store in %s', (_name, open) => {
  let real: RealStore;
  beforeAll(async () => {
    real = await open();
  });
  afterAll(() => real?.close());

  const grantOf = async (asked: LeaseRequest) => {
    const grant = await real.store.acquire(asked);
    if (!grant) throw new Error('none was free');
    return grant;
  };
  const nextGrant = async (asked: LeaseRequest) => {
    for (;;) {
      const grant = await real.store.acquire(asked);
      if (grant) return grant;
      await sleep(5);
    }
  };

  it('gives each of many who ask at once a node id of its own, and the next one none', async () => {
    const asked = request({ minNodeId: 3, maxNodeId: 102 });
    const grants = await Promise.all(Array.from({ length: 100 }, () => grantOf({ ...asked, terms: { ...terms, ttlMs: 60_000 } })));
    expect(grants.map(({ nodeId }) => nodeId).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 3));
    await expect(real.store.acquire(asked)).resolves.toBeUndefined();
    await expect(grantOf({ ...asked, minNodeId: 0 })).resolves.toMatchObject({ nodeId: 0 });
    await expect(grantOf({ ...asked, pool: `${asked.pool}-other` })).resolves.toMatchObject({ nodeId: 3 });
  });

  it('leaves an expired node id at rest, then gives it on with a greater token, after the mark', async () => {
    const asked = request();
    const first = await grantOf(asked);
    const expiresAt = await real.expiresAt(asked.pool, 0);
    expect(first).toMatchObject({ nodeId: 0, fencingToken: 1n, notBefore: 0 });
    expect(first.mayIssueUntil).toBe(expiresAt + terms.maxClockSkewMs + terms.issueAheadMs);
    const second = await nextGrant(asked);
    expect(await real.now()).toBeGreaterThan(expiresAt + terms.restMs);
    expect(second).toMatchObject({ nodeId: 0, fencingToken: 2n, notBefore: first.mayIssueUntil });
  });

  it('renews for the holder only, raising the mark; not after the end, even if nobody has it', async () => {
    const asked = request();
    const first = { pool: asked.pool, holder: asked.holder, terms, ...(await grantOf(asked)) };
    await sleep(100);
    expect(await real.store.renew(first)).toBeGreaterThanOrEqual(first.mayIssueUntil + 95);
    await expect(real.store.renew({ ...first, fencingToken: 2n })).resolves.toBeUndefined();
    // A store that has lost its memory grants a token a second time.
    await expect(real.store.renew({ ...first, holder: 'another' })).resolves.toBeUndefined();
    await real.store.release({ ...first, holder: 'another' }, 0);
    const mark = await real.store.renew(first);
    await sleep(terms.ttlMs + 10);
    await expect(real.store.renew(first)).resolves.toBeUndefined();
    const second = { pool: asked.pool, holder: asked.holder, terms, ...(await nextGrant(asked)) };
    expect(second.notBefore).toBe(mark);
    await expect(real.store.renew(first)).resolves.toBeUndefined();
    await real.store.release(first, 0);
    await expect(real.store.renew(second)).resolves.toBeGreaterThan(second.notBefore);
  });

  it('never lowers a mark by a renewal, as a server’s clock that went back would', async () => {
    const long = { ...terms, ttlMs: 60_000 };
    const asked = request({ terms: long });
    const grant = await grantOf(asked);
    await expect(real.store.renew({ pool: asked.pool, holder: asked.holder, ...grant, terms })).resolves.toBe(grant.mayIssueUntil);
  });

  it('lets a released node id rest no less than the rest, nor than the mark and the skew', async () => {
    const asked = request();
    const first = { pool: asked.pool, holder: asked.holder, terms, ...(await grantOf(asked)) };
    const released = await real.now();
    await real.store.release(first, Math.floor(released));
    await expect(real.store.renew(first)).resolves.toBeUndefined();
    const second = { pool: asked.pool, holder: asked.holder, terms, ...(await nextGrant(asked)) };
    const again = await real.now();
    expect(again).toBeGreaterThan(released + terms.restMs);
    expect(again).toBeLessThan(released + terms.ttlMs + terms.restMs);
    expect(second.notBefore).toBe(Math.floor(released));

    await real.store.release(second, Math.floor(again) + 350);
    expect((await nextGrant(asked)).notBefore).toBe(Math.floor(again) + 350);
    expect(await real.now()).toBeGreaterThan(again + 350 + terms.maxClockSkewMs - 2);
  });

  it('keeps node ids apart under contention: holders that die and that give back, tokens and timestamps only go up', async () => {
    const options = short({ maxNodeId: 2, ttlMs: 300, marginMs: 30, restMs: 60, maxClockSkewMs: 5, issueAheadMs: 5 });
    const held: { nodeId: number; token: bigint; from: number; until: number; first: number; last: number }[] = [];
    const until = performance.now() + 4_000;
    const live = async (worker: number): Promise<void> => {
      for (let turn = worker; performance.now() < until; turn += 1) {
        const lease = await untilGranted(() => NodeLease.acquire(real.store, options));
        const entry = { nodeId: lease.nodeId, token: lease.fencingToken, from: performance.now(), until: 0, first: 0, last: 0 };
        const stopAt = entry.from + 100 + 40 * (turn % 8);
        try {
          while (performance.now() < stopAt) {
            const now = Date.now();
            lease.assertHeld(now);
            entry.until = performance.now();
            entry.first ||= now;
            entry.last = now;
            await sleep(2);
          }
        } catch {
          // Lost, on a busy machine.
        }
        if (entry.until) held.push(entry);
        await lease.release();
      }
    };
    await Promise.all(Array.from({ length: 7 }, (_, worker) => live(worker)));
    expect(held.length).toBeGreaterThan(10);
    for (const [index, one] of held.entries()) {
      for (const other of held.slice(index + 1)) {
        if (one.nodeId !== other.nodeId) continue;
        const [earlier, later] = one.token < other.token ? [one, other] : [other, one];
        expect(earlier.token).toBeLessThan(later.token);
        expect(earlier.until).toBeLessThan(later.from);
        expect(earlier.last).toBeLessThan(later.first);
      }
    }
  });

  it('says what to do when every node id is taken', async () => {
    const options = short();
    const lease = await NodeLease.acquire(real.store, options);
    await expect(NodeLease.acquire(real.store, options)).rejects.toMatchObject({
      code: 'IDS_NODE_IDS_EXHAUSTED',
      message: expect.stringMatching(/Every node id from 0 to 0 of the pool .* Widen minNodeId\.\.maxNodeId .* free within about 800 ms/),
    });
    await lease.release();
  });
});

describe('over a crash of the server and of the holder', () => {
  it.each([
    ['postgres', () => postgresStore(infra.postgres.url('board'))],
    ['valkey', () => valkeyStore(infra.valkey.url)],
  ])('%s keeps token and mark', async (name, open) => {
    const before = await open();
    const options = short();
    const lease = await NodeLease.acquire(before.store, options);
    lease.assertHeld();
    // `appendfsync always`: with `everysec` a busy disk defers the write, and a kill loses what was acknowledged.
    await infra.process(name).kill();
    await expect(before.store.renew({ pool: options.pool, nodeId: 0, fencingToken: 1n, holder: '', terms })).rejects.toHaveProperty('message'); // the server is gone, in the driver’s words
    await sleep(options.ttlMs);
    expect(() => lease.assertHeld()).toThrow('has ended');
    await before.close();
    await infra.process(name).start();
    const after = await open();
    const next = await untilGranted(() => NodeLease.acquire(after.store, options));
    expect(next.fencingToken).toBe(2n);
    expect(next.notBefore).toBeGreaterThanOrEqual(lease.mayIssueUntil);
    await next.release();
    await after.close();
  });
});
