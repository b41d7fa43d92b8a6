/** A place in PostgreSQL's log, in bytes. Compared only within one timeline. */
export type Lsn = bigint;

const TEXT = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/** `16/B374D848`, as `pg_lsn` is written. @throws RangeError */
export function parseLsn(text: string): Lsn {
  const match = TEXT.exec(text);
  if (!match) throw new RangeError(`"${text.slice(0, 40)}" is not a place in the log such as 16/B374D848.`);
  return (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`);
}

export function formatLsn(lsn: Lsn): string {
  return `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`;
}
