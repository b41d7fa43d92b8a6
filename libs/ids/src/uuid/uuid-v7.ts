import { borrow } from '../clock/policies';
import { TickCounter } from '../clock/tick-counter';
import { TickRange } from '../clock/tick-range';
import { Ticker } from '../clock/ticker';
import type { Branded, FormatName } from '../format';
import type { GeneratorOptions } from '../generator-options';
import { randomPool, type RandomPool } from '../random-pool';
import { TimeOrderedBase } from '../time-ordered-base';
import { uuidCodec, uuidOfWords } from './uuid-text';

export type UuidV7 = Branded<'uuidv7'>;

const MOST = 2 ** 26 - 1;

/** Milliseconds since 1970. */
export const v7Range = (format: FormatName): TickRange => new TickRange(format, 1, 0, 2 ** 48 - 1);

/** A counter of 26 bits, of which 25 are random at first: at least 33 million ids a millisecond. */
export function v7Counter(range: TickRange, options: GeneratorOptions, pool: RandomPool): TickCounter {
  return new TickCounter(new Ticker(range, options, borrow(1_000)), MOST, () => pool.next() >>> 7);
}

/** RFC 9562, section 5.7. */
export class UuidV7Format extends TimeOrderedBase<UuidV7> {
  readonly name = 'uuidv7';
  readonly byteLength = 16;
  protected readonly range = v7Range('uuidv7');
  protected readonly codec = uuidCodec('7');
  protected readonly fields = [
    { name: 'unix_ts_ms', bits: 48, meaning: 'milliseconds since 1970' },
    { name: 'version', bits: 4, meaning: 'always 7' },
    { name: 'rand_a', bits: 12, meaning: 'random; made here: upper bits of the counter', hex: true },
    { name: 'variant', bits: 2, meaning: 'always 2 (RFC 9562)' },
    { name: 'rand_b', bits: 62, meaning: 'random; made here: 14 lower bits of the counter, then 48 random ones', hex: true },
  ];
  private readonly pool: RandomPool;
  protected readonly ticker: Ticker;
  private readonly counter: TickCounter;
  /** The time: its upper 32 bits, then 16 in front of 16 zeros. */
  private high = 0;
  private low = 0;

  constructor(options: GeneratorOptions) {
    super();
    this.pool = randomPool(options.random);
    this.counter = v7Counter(this.range, options, this.pool);
    this.ticker = this.counter.ticker;
  }

  generate(): UuidV7 {
    const { counter, pool } = this;
    if (counter.step()) {
      this.high = Math.floor(counter.tick / 0x1_0000) | 0;
      this.low = (counter.tick % 0x1_0000) << 16;
    }
    const n = counter.count;
    return uuidOfWords(this.high, this.low | v7High(n), (v7Low(n) << 16) | (pool.next() >>> 16), pool.next()) as UuidV7;
  }

  protected msOf(value: bigint): number {
    return Number(value >> 80n);
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return v7Bound(tick, greatest);
  }
}

/** The 16 bits of version and upper counter. */
export const v7High = (count: number): number => 0x7000 | (count >>> 14);
/** The 16 bits of variant and lower counter. */
export const v7Low = (count: number): number => 0x8000 | (count & 0x3fff);

/** The least or greatest UUIDv7 of a millisecond since 1970, as a number. */
export function v7Bound(tick: number, greatest: boolean): bigint {
  return (BigInt(tick) << 80n) | (greatest ? 0x7fff_bfff_ffff_ffff_ffffn : 0x7000_8000_0000_0000_0000n);
}

/** UUIDv7. Default overflow: `borrow(1_000)`. */
export function uuidV7(options: GeneratorOptions = {}): UuidV7Format {
  return new UuidV7Format(options);
}
