import type { IdFormat } from '../index';
import { type IdColumn, idColumn, unexpected } from './id-column';

/** Any format as its bytes, in the order of `compare`: a KSUID in 20 instead of 27, and the Snowflakes that a bigint does not hold. */
export function bytesColumn<Id extends string>(format: IdFormat<Id>): IdColumn<Id, Uint8Array, 'bytea'> {
  return idColumn(
    'bytea',
    (id) => format.toBytes(id),
    (stored) => {
      if (!(stored instanceof Uint8Array)) throw unexpected('bytea', stored, 'it is to be a Buffer.');
      return format.fromBytes(stored);
    },
  );
}
