export { bounded, DEFAULT_CONSISTENCY, type Bounded, type LevelName, type OnTimeout, type ReadConsistencyOptions, type ReadLevel } from './levels';
export type { ClusterOptions, LostHistory, ReplicaOptions } from './replica/cluster';
export type { ReplicaState } from './replica/replica';
export type { WatchOptions } from './replica/server-watch';
export type { Decision, Reason } from './routing/decision';
export { StandbyAtPrimaryError } from './replica/standby-at-primary-error';
export { PrimaryFallbackLimitError, ReadTimeoutError } from './routing/errors';
export type { ReadScope } from './session/read-scope';
export { ReplicaRouter, type ReplicaRouterOptions } from './typeorm/replica-router';
