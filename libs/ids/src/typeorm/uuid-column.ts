import { fromUuid, type IdFormat, toUuid } from '../index';
import { type IdColumn, idColumn, unexpected } from './id-column';

/** UUIDv4, v6, v7, ULID, Timeflake and TypeID (without its prefix) in 16 bytes, in the order of `compare`. @throws TypeError if the format has not 128 bits */
export function uuidColumn<Id extends string>(format: IdFormat<Id>): IdColumn<Id, string, 'uuid'> {
  if (format.byteLength !== 16) throw new TypeError(`A uuid has 128 bits, a ${format.name} ${format.byteLength * 8}: use bytesColumn${format.byteLength === 8 ? ' or bigintColumn' : ''}.`);
  return idColumn(
    'uuid',
    (id) => toUuid(format, id),
    (stored) => {
      if (typeof stored !== 'string') throw unexpected('uuid', stored, 'it is to be text.');
      return fromUuid(format, stored);
    },
  );
}
