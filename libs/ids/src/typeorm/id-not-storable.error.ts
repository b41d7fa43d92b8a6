import type { FormatName } from '../index';

/** Thrown instead of a query: the id is right, but its column's type does not hold it. */
export class IdNotStorableError extends RangeError {
  readonly code = 'ID_NOT_STORABLE';

  constructor(
    readonly format: FormatName,
    id: string,
    greatest: bigint,
  ) {
    super(`The ${format} "${id}" is greater than ${greatest}, the most that PostgreSQL's bigint holds: use bytesColumn, whose bytea holds all 64 bits in the same order.`);
    this.name = 'IdNotStorableError';
  }
}
