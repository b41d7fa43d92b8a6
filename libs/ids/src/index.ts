export type { Branded, Explanation, Field, FormatName, IdFormat, TimeOrderedFormat } from './format';
export type { GeneratorOptions, RandomOptions } from './generator-options';
export type { NodeOptions } from './node-options';
export type { RandomFill } from './random-pool';
export type { Pause } from './clock/pause';
export {
  absorb, borrow, wait,
  type Absorb, type Borrow, type OverflowEvent, type OverflowPolicy, type RollbackEvent, type RollbackPolicy, type Wait,
} from './clock/policies';
export { ClockRollbackError } from './errors/clock-rollback.error';
export { CounterExhaustedError } from './errors/counter-exhausted.error';
export { InvalidIdError, type InvalidIdCode } from './errors/invalid-id.error';
export { InvalidOptionError } from './errors/invalid-option.error';
export { TimeOutOfRangeError } from './errors/time-out-of-range.error';
export { uuidV4, type UuidV4, type UuidV4Format } from './uuid/uuid-v4';
export { uuidV6, type UuidV6, type UuidV6Format } from './uuid/uuid-v6';
export { uuidV7, type UuidV7, type UuidV7Format } from './uuid/uuid-v7';
export { ulid, type Ulid, type UlidFormat, type UlidOptions } from './ulid';
export { ksuid, type Ksuid, type KsuidFormat } from './ksuid';
export { timeflake, type Timeflake, type TimeflakeFormat } from './timeflake';
export { snowflake, type Snowflake, type SnowflakeFormat, type SnowflakeOptions } from './snowflake/snowflake';
export { SNOWFLAKE_PRESETS, type SnowflakeLayout, type SnowflakePreset } from './snowflake/layout';
export { tsid, type Tsid, type TsidFormat, type TsidOptions } from './tsid';
export { TYPE_ID_PREFIX, typeId, type TypeId, type TypeIdFormat, type TypeIdOptions } from './type-id';
export type { TextShape } from './text/text-shape';
export { idSchema, type IdSchema } from './id-schema';
export { fromUuid, toUuid } from './conversion';
export { decode, type Reading } from './decode';
export {
  ClockOutsideLeaseError, CREATE_NODE_LEASE_TABLE, DROP_NODE_LEASE_TABLE, LeaseLostError, LeaseOptionsError, LeaseStoreTimeoutError, NodeIdsExhaustedError,
  NodeIdUnavailableError, NodeLease, NodeLeaseKeeper, PostgresLeaseStore, RedisLeaseStore,
  type HeldLease, type LeaseGrant, type LeaseLostReason, type LeaseRequest, type LeaseTerms, type NodeIdSource, type NodeLeaseKeeperOptions, type NodeLeaseOptions, type NodeLeaseStore,
  type PostgresQuery, type RedisEval,
} from './lease';
