import { Counter, Gauge } from 'prom-client';
import { LeaseLostError, type NodeLease } from '../index';

const observed = new Set<NodeLease>();

const remaining = new Gauge({
  name: 'ids_node_lease_remaining_seconds',
  help: 'Time until issuing under a node id stops, unless the lease is renewed before; gone once it has ended',
  labelNames: ['pool', 'node_id'] as const,
  collect: () => {
    remaining.reset();
    for (const lease of observed) if (lease.remainingMs === 0) observed.delete(lease);
    for (const lease of observed) remaining.set({ pool: lease.pool, node_id: String(lease.nodeId) }, lease.remainingMs / 1_000);
  },
});

const lost = new Counter({
  name: 'ids_node_lease_lost_total',
  help: 'Leases that ended without being given back, by reason',
  labelNames: ['reason'] as const,
});

/** Shows what is left of a lease from now on. */
export function observeLease(lease: NodeLease): NodeLease {
  observed.add(lease);
  return lease;
}

/** For `onLost`: `NodeLease.acquire(store, { onLost: observeLeaseLost })`, or called by one's own. */
export function observeLeaseLost(error: Error): void {
  lost.inc({ reason: error instanceof LeaseLostError ? error.reason : 'unknown' });
}
