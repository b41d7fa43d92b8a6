import { register } from 'prom-client';
import { type HeldLease, NodeLease, type NodeLeaseStore, snowflake, uuidV7 } from '../index';
import { observeGenerator, observeLease, observeLeaseLost } from './index';

afterEach(() => register.resetMetrics());

async function samples(name: string): Promise<unknown> {
  return (await register.getSingleMetric(name)?.get())?.values.map(({ value, labels }) => Object.values<unknown>(labels).concat(value));
}

it('counts rollbacks and overflows by format and policy', async () => {
  let now = Date.UTC(2026, 0, 1);
  const clock = () => now;
  const posts = uuidV7({ clock, ...observeGenerator });
  const orders = snowflake({ clock, node: 1, overflow: 'throw', rollback: 'throw', ...observeGenerator });
  posts.generate();
  orders.generateMany(4_096);
  expect(await samples('ids_overflows_total')).toEqual([]);
  expect(() => orders.generate()).toThrow('is throw');
  now -= 5;
  posts.generate();
  posts.generate(); // the same jump
  expect(() => orders.generate()).toThrow('is throw');
  expect(await samples('ids_clock_rollbacks_total')).toEqual([
    ['uuidv7', 'absorb', 1],
    ['snowflake', 'throw', 1],
  ]);
  expect(await samples('ids_overflows_total')).toEqual([['snowflake', 'throw', 1]]);
});

/** Grants, and refuses every renewal. */
class RefusingStore implements NodeLeaseStore {
  async acquire() {
    return { nodeId: 3, fencingToken: 1n, notBefore: 0, mayIssueUntil: Number.MAX_SAFE_INTEGER };
  }
  async renew(_lease: HeldLease): Promise<undefined> {
    return undefined;
  }
  async release(): Promise<void> {}
}

it('shows what is left of a lease, and counts a lost one', async () => {
  let now = 0;
  const lost = new Promise<void>((resolve) => {
    const onLost = (error: Error) => {
      observeLeaseLost(error);
      resolve();
    };
    void NodeLease.acquire(new RefusingStore(), { pool: 'orders', ttlMs: 300, marginMs: 100, requestTimeoutMs: 50, monotonicNow: () => now, onLost }).then(observeLease);
  });
  await new Promise((resolve) => setImmediate(resolve));
  const left = (value: number) => [['orders', '3', value]];
  expect(await samples('ids_node_lease_remaining_seconds')).toEqual(left(0.2));
  now = 50;
  expect(await samples('ids_node_lease_remaining_seconds')).toEqual(left(0.15));
  expect(await samples('ids_node_lease_lost_total')).toEqual([]);
  await lost;
  expect(await samples('ids_node_lease_remaining_seconds')).toEqual([]); // or a node that is gone would look like one in need for ever
  expect(await samples('ids_node_lease_lost_total')).toEqual([['refused', 1]]);
});
