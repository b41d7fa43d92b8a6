export { bounded, DEFAULT_CONSISTENCY, type Bounded, type OnTimeout, type ReadConsistencyOptions, type ReadLevel } from './levels';
export { type ClusterOptions, type ReplicaOptions } from './replica/cluster';
export type { ReplicaState } from './replica/replica';
export type { WatchOptions } from './replica/server-watch';
export type { Decision, Reason } from './routing/decision';
export { PrimaryFallbackLimitError, ReadTimeoutError } from './routing/errors';
export type { ReadScope } from './session/read-scope';
export { ReplicaRouter, type ReplicaRouterOptions } from './typeorm/replica-router';
