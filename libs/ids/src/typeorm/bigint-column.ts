import type { IdFormat } from '../index';
import { toBigEndian, toValue } from '../text/big-endian';
import { IdNotStorableError } from './id-not-storable.error';
import { type IdColumn, idColumn, unexpected } from './id-column';

const MOST = 2n ** 63n - 1n;

/**
 * Snowflake and TSID as their number, in 8 bytes and in the order of `compare`; the property is the id's text. Never a JavaScript
 * number. @throws TypeError if the format has not 64 bits
 */
export function bigintColumn<Id extends string>(format: IdFormat<Id>): IdColumn<Id, string, 'bigint'> {
  only64(format);
  return idColumn(
    'bigint',
    (id) => write(format, id),
    (stored) => idOf(format, stored),
  );
}

/** The same column with a property of type `bigint`. `bigintOf` and `fromBigint` convert. */
export function bigintPropertyColumn<Id extends string>(format: IdFormat<Id>): IdColumn<bigint, string, 'bigint'> {
  only64(format);
  return idColumn(
    'bigint',
    (value) => write(format, fromBigint(format, value)),
    (stored) => bigintOf(format, idOf(format, stored)),
  );
}

/** The number that the 64 bits of an id stand for. @throws TypeError, InvalidIdError */
export function bigintOf<Id extends string>(format: IdFormat<Id>, id: Id): bigint {
  only64(format);
  return toValue(format.toBytes(id));
}

/** The reverse. @throws TypeError (also for a JavaScript number), InvalidIdError, RangeError if there are not 64 bits */
export function fromBigint<Id extends string>(format: IdFormat<Id>, value: bigint): Id {
  only64(format);
  if (typeof value !== 'bigint') throw new TypeError(`A ${typeof value} is no bigint: a number holds 53 of the 64 bits of a ${format.name}.`);
  if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${value} is no number of 64 bits without a sign.`);
  return format.fromBytes(toBigEndian(value, 8));
}

function write<Id extends string>(format: IdFormat<Id>, id: Id): string {
  const value = bigintOf(format, id);
  if (value > MOST) throw new IdNotStorableError(format.name, id, MOST);
  return String(value);
}

function idOf<Id extends string>(format: IdFormat<Id>, stored: unknown): Id {
  if (typeof stored !== 'string' && typeof stored !== 'bigint') {
    throw unexpected('bigint', stored, 'it has lost digits; leave parseInt8 and the type parser of int8 as they are.');
  }
  return fromBigint(format, BigInt(stored));
}

function only64(format: { readonly name: string; readonly byteLength: number }): void {
  if (format.byteLength !== 8) throw new TypeError(`A bigint has 64 bits, a ${format.name} ${format.byteLength * 8}: use ${format.byteLength === 16 ? 'uuidColumn' : 'bytesColumn'}.`);
}
