import { ClockRollbackError, LeaseLostError, NodeLease, type NodeLeaseStore, snowflake, tsid, underLease, type NodeOptions, type TimeOrderedFormat } from '../index';

const NOW = Date.UTC(2026, 0, 1);

/** Grants node 7, of which earlier holders may have used the next 50 ms. */
const store: NodeLeaseStore = {
  acquire: async () => ({ nodeId: 7, fencingToken: 2n, notBefore: NOW + 50, mayIssueUntil: NOW + 60_000 }),
  renew: async () => NOW + 60_000,
  release: async () => undefined,
};

const MAKE: Record<string, (options: NodeOptions) => TimeOrderedFormat<string>> = { snowflake, tsid };

it.each(Object.entries(MAKE))('a %s under a lease is of its node and of its time, and there is none once it has ended', async (_name, make) => {
  let now = NOW;
  const lease = await NodeLease.acquire(store);
  const ids = make({ ...underLease(lease), clock: () => now, rollback: 'wait', pause: () => now++ });
  const id = ids.generate();
  expect(ids.timestamp(id).getTime()).toBe(NOW + 51);
  const node = ids.explain(id).fields.findLast(({ meaning }) => meaning.includes('node number'));
  expect(node?.value).toBe('7');
  now = NOW;
  const impatient = make({ ...underLease(lease), clock: () => now, rollback: 'throw' });
  expect(() => impatient.generate()).toThrow(ClockRollbackError);
  now = NOW + 100;
  await lease.release();
  expect(() => ids.generate()).toThrow(LeaseLostError);
});
