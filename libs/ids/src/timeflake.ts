import { borrow } from './clock/policies';
import { TickRange } from './clock/tick-range';
import { Ticker } from './clock/ticker';
import type { Branded } from './format';
import type { GeneratorOptions } from './generator-options';
import { randomPool, type RandomPool } from './random-pool';
import { BASE62, Base62Writer } from './text/base62';
import { TimeOrderedBase } from './time-ordered-base';

export type Timeflake = Branded<'timeflake'>;

/** 2^128 - 1 */
const MAX = '7n42DGM5Tflk9n8mt7Fhc7';
const DIGITS = 22;
const MOST = 2 ** 32 - 1;

/**
 * https://github.com/anthonynsimon/timeflake. Its 80 random bits are here a counter of 32 bits, which starts each
 * millisecond at 31 random ones, and 48 random bits.
 */
export class TimeflakeFormat extends TimeOrderedBase<Timeflake> {
  readonly name = 'timeflake';
  readonly byteLength = 16;
  protected readonly range = new TickRange('timeflake', 1, 0, 2 ** 48 - 1);
  protected readonly expected = `22 digits of base62 (0-9A-Za-z), at most ${MAX}`;
  protected readonly fields = [
    { name: 'timestamp', bits: 48, meaning: 'milliseconds since 1970' },
    { name: 'random', bits: 80, meaning: 'random; made here: a counter of 32 bits, then 48 random ones', hex: true },
  ];
  private readonly pool: RandomPool;
  private readonly ticker: Ticker;
  private readonly writer = new Base62Writer(6, DIGITS);
  private readonly out = new Uint8Array(DIGITS);
  private tick = -1;
  private count = 0;

  constructor(options: GeneratorOptions) {
    super();
    this.pool = randomPool(options.random);
    this.ticker = new Ticker(this.range, options, borrow(1_000));
  }

  generate(): Timeflake {
    const { pool, out: o, writer } = this;
    const tick = this.ticker.next();
    if (tick !== this.tick) this.begin(tick);
    else if (this.count === MOST) this.begin(this.ticker.advance());
    else this.count++;
    const { chunks } = writer;
    const { count, tick: time } = this;
    chunks[0] = pool.next() & 0xff_ffff;
    chunks[1] = pool.next() & 0xff_ffff;
    chunks[2] = count & 0xff_ffff;
    chunks[3] = ((time & 0xffff) << 8) | (count >>> 24);
    const high = Math.floor(time / 0x1_0000);
    chunks[4] = high & 0xff_ffff;
    chunks[5] = high >>> 24;
    writer.write(o);
    return String.fromCharCode(
      c(o, 0), c(o, 1), c(o, 2), c(o, 3), c(o, 4), c(o, 5), c(o, 6), c(o, 7), c(o, 8), c(o, 9), c(o, 10), c(o, 11),
      c(o, 12), c(o, 13), c(o, 14), c(o, 15), c(o, 16), c(o, 17), c(o, 18), c(o, 19), c(o, 20), c(o, 21),
    ) as Timeflake;
  }

  private begin(tick: number): void {
    this.count = this.pool.next() >>> 1;
    this.tick = tick;
  }

  protected problem(text: string) {
    return BASE62.problem(text, DIGITS, MAX);
  }
  protected numberOf(text: string): bigint {
    return BASE62.toValue(text);
  }
  protected textOf(value: bigint): string {
    return BASE62.fromValue(value, DIGITS);
  }
  protected canonical(text: string): string {
    return text;
  }
  protected msOf(value: bigint): number {
    return Number(value >> 80n);
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return (BigInt(tick) << 80n) | (greatest ? (1n << 80n) - 1n : 0n);
  }
}

function c(codes: Uint8Array, index: number): number {
  return codes[index] as number;
}

/** Timeflake. Default overflow: `borrow(1_000)`. */
export function timeflake(options: GeneratorOptions = {}): TimeflakeFormat {
  return new TimeflakeFormat(options);
}
