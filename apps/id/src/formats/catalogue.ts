import type { FormatName } from '@madang/ids';

export interface FormatDescription {
  readonly description: string;
  readonly bits: number;
  /** Length of the text, in characters; the greatest one where it varies. */
  readonly textLength: number;
  /** To what the time in an id is exact, in milliseconds; null where it has none. */
  readonly precisionMs: number | null;
  /** Whether later ids of one process are greater. */
  readonly ordered: boolean;
  readonly example: string;
}

/** What `GET /ids` lists. The examples are the ones of the formats' own specifications. */
export const CATALOGUE: Readonly<Record<FormatName, FormatDescription>> = {
  uuidv7: {
    description: 'RFC 9562: milliseconds, counter, random bits. The default choice.',
    bits: 128, textLength: 36, precisionMs: 1, ordered: true, example: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  },
  uuidv6: {
    description: 'RFC 9562: the time of a UUIDv1 in the order that sorts, random node.',
    bits: 128, textLength: 36, precisionMs: 0.0001, ordered: true, example: '1ec9414c-232a-6b00-b3c8-9f6bdeced846',
  },
  uuidv4: {
    description: 'RFC 9562: random, for comparison: it has no order and scatters over an index.',
    bits: 128, textLength: 36, precisionMs: null, ordered: false, example: '919108f7-52d1-4320-9bac-f847db4148a8',
  },
  ulid: {
    description: 'Milliseconds and 80 random bits, monotonic, in Crockford’s base32.',
    bits: 128, textLength: 26, precisionMs: 1, ordered: true, example: '01BX5ZZKBKACTAV9WEVGEMMVRZ',
  },
  ksuid: {
    description: 'Seconds since 2014 and 128 bits, in base62.',
    bits: 160, textLength: 27, precisionMs: 1_000, ordered: true, example: '0ujtsYcgvSTl8PAuAdqWYSMnLOv',
  },
  timeflake: {
    description: 'Milliseconds and 80 bits, in base62: the shortest text of 128 bits.',
    bits: 128, textLength: 22, precisionMs: 1, ordered: true, example: '02i1KoFfY3auBS745gImbZ',
  },
  snowflake: {
    description: 'Twitter’s: milliseconds, leased node number, sequence. A bigint.',
    bits: 64, textLength: 19, precisionMs: 1, ordered: true, example: '1541815603606036480',
  },
  tsid: {
    description: 'Milliseconds since 2020, leased node number, counter, in Crockford’s base32. A bigint.',
    bits: 64, textLength: 13, precisionMs: 1, ordered: true, example: '0BY1AK3P9DV5K',
  },
  typeid: {
    description: 'A prefix that tells the type, and a UUIDv7 in base32.',
    bits: 128, textLength: 90, precisionMs: 1, ordered: true, example: 'user_01h455vb4pex5vsknk084sn02q',
  },
};

export const FORMAT_NAMES = Object.keys(CATALOGUE) as [FormatName, ...FormatName[]];
