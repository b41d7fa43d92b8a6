import { InvalidIdError } from './errors/invalid-id.error';
import type { IdFormat } from './format';
import { toBigEndian, toValue } from './text/big-endian';
import { canonicalUuid, numberToUuid, uuidProblem, uuidToNumber } from './uuid/uuid-text';

/** The 16 bytes of an id as UUID text (what PostgreSQL's `uuid` takes), in the same order. @throws TypeError if the format has not 128 bits; InvalidIdError */
export function toUuid<Id extends string>(format: IdFormat<Id>, id: Id): string {
  only128(format);
  return numberToUuid(toValue(format.toBytes(id)));
}

/** The reverse; in any case of letters. UUIDv4, v6, v7 and TypeID demand their version. @throws TypeError, InvalidIdError */
export function fromUuid<Id extends string>(format: IdFormat<Id>, uuid: string): Id {
  only128(format);
  const text = canonicalUuid(uuid);
  const problem = uuidProblem(text);
  if (problem) throw new InvalidIdError(format.name, problem, 'the text of a UUID', uuid);
  return format.fromBytes(toBigEndian(uuidToNumber(text), 16));
}

function only128(format: { readonly name: string; readonly byteLength: number }): void {
  if (format.byteLength !== 16) throw new TypeError(`A ${format.name} has ${format.byteLength * 8} bits, a UUID 128.`);
}
