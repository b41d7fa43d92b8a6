import { borrow } from './clock/policies';
import { TickCounter } from './clock/tick-counter';
import { TickRange } from './clock/tick-range';
import { Ticker } from './clock/ticker';
import type { Branded } from './format';
import type { GeneratorOptions } from './generator-options';
import { randomPool, type RandomPool } from './random-pool';
import { base62Codec, Base62Writer } from './text/base62';
import { flat22 } from './text/flat';
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
  protected readonly codec = base62Codec(DIGITS, MAX);
  protected readonly fields = [
    { name: 'timestamp', bits: 48, meaning: 'milliseconds since 1970' },
    { name: 'random', bits: 80, meaning: 'random; made here: a counter of 32 bits, then 48 random ones', hex: true },
  ];
  private readonly pool: RandomPool;
  protected readonly ticker: Ticker;
  private readonly counter: TickCounter;
  private readonly writer = new Base62Writer(6, DIGITS, 3);
  /** What the writer keeps: the time, and the upper 8 bits of the counter. */
  private time = -1;
  private high = -1;

  constructor(options: GeneratorOptions) {
    super();
    const pool = (this.pool = randomPool(options.random));
    this.counter = new TickCounter(new Ticker(this.range, options, borrow(1_000)), MOST, () => pool.next() >>> 1);
    this.ticker = this.counter.ticker;
  }

  generate(): Timeflake {
    const { counter, pool, writer } = this;
    counter.step();
    const { chunks } = writer;
    const { count, tick: time } = counter;
    const high = count >>> 24;
    chunks[0] = pool.next() & 0xff_ffff;
    chunks[1] = pool.next() & 0xff_ffff;
    chunks[2] = count & 0xff_ffff;
    if (time !== this.time || high !== this.high) this.keep(time, high);
    return flat22(writer.write()) as Timeflake;
  }

  private keep(time: number, high: number): void {
    const { chunks } = this.writer;
    const upper = Math.floor(time / 0x1_0000);
    chunks[3] = ((time & 0xffff) << 8) | high;
    chunks[4] = upper & 0xff_ffff;
    chunks[5] = upper >>> 24;
    this.writer.keepUpper();
    this.time = time;
    this.high = high;
  }

  protected msOf(value: bigint): number {
    return Number(value >> 80n);
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return (BigInt(tick) << 80n) | (greatest ? (1n << 80n) - 1n : 0n);
  }
}

/** Timeflake. Default overflow: `borrow(1_000)`. */
export function timeflake(options: GeneratorOptions = {}): TimeflakeFormat {
  return new TimeflakeFormat(options);
}
