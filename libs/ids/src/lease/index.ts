export { ClockOutsideLeaseError, LeaseLostError, type LeaseLostReason, LeaseOptionsError, LeaseStoreTimeoutError, NodeIdsExhaustedError, NodeIdUnavailableError } from './lease.errors';
export type { NodeLeaseOptions } from './lease-options';
export type { NodeIdSource } from './node-id-source';
export { NodeLease } from './node-lease';
export { NodeLeaseKeeper, type NodeLeaseKeeperOptions } from './node-lease-keeper';
export type { HeldLease, LeaseGrant, LeaseRequest, LeaseTerms, NodeLeaseStore } from './node-lease.store';
export { PostgresLeaseStore, type PostgresQuery } from './postgres-lease.store';
export { CREATE_NODE_LEASE_TABLE, DROP_NODE_LEASE_TABLE } from './postgres-lease.table';
export { type RedisEval, RedisLeaseStore } from './redis-lease.store';
