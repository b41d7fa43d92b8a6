/**
 * Log sequence numbers (LSN): byte positions in PostgreSQL's write-ahead log.
 *
 * They are bigints everywhere in this library. Their text form `X/Y` has no padding, so comparing it as text orders
 * `1/28` before `0/FFFFFF00`; readers that did so have acknowledged what was not yet published.
 */

/** What the server takes as "no position": `START_REPLICATION ... 0/0` starts at the slot's confirmed position. */
export const ZERO_LSN = 0n;

const LSN_TEXT = /^([0-9a-fA-F]{1,8})\/([0-9a-fA-F]{1,8})$/;

/**
 * Reads the text form (`16/B374D848`) that PostgreSQL prints for the type `pg_lsn`.
 *
 * @throws RangeError when the text is not an LSN.
 */
export function parseLsn(text: string): bigint {
  const match = LSN_TEXT.exec(text);
  if (!match) throw new RangeError(`Not an LSN: "${text}". Expected two hexadecimal numbers such as 16/B374D848.`);
  return (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`);
}

/** Writes the text form as PostgreSQL does: upper-case hexadecimal, no padding. */
export function formatLsn(lsn: bigint): string {
  return `${(lsn >> 32n).toString(16)}/${(lsn & 0xffffffffn).toString(16)}`.toUpperCase();
}
