export { bigintColumn, bigintOf, bigintPropertyColumn, fromBigint } from './bigint-column';
export { bytesColumn } from './bytes-column';
export type { IdColumn, IdTransformer } from './id-column';
export { IdNotStorableError } from './id-not-storable.error';
export { leaseQuery } from './lease-query';
export { uuidColumn } from './uuid-column';
