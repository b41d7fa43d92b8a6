import { borrow } from './clock/policies';
import { TickCounter } from './clock/tick-counter';
import { TickRange } from './clock/tick-range';
import { Ticker } from './clock/ticker';
import type { Branded } from './format';
import type { GeneratorOptions } from './generator-options';
import { randomPool, type RandomPool } from './random-pool';
import { base62Codec, Base62Writer } from './text/base62';
import { flat27 } from './text/flat';
import { TimeOrderedBase } from './time-ordered-base';

export type Ksuid = Branded<'ksuid'>;

/** Seconds from 1970 to 2014-05-13T16:53:20Z. */
const EPOCH = 1_400_000_000;
const MAX = 'aWgEPTl1tmebfsQzFP4bxwgy80V';
const DIGITS = 27;
const MOST = 2 ** 48 - 1;

/**
 * https://github.com/segmentio/ksuid. Its 128 payload bits are here a counter of 48 bits, which starts each second at 47
 * random ones, and 80 random bits: in order within the second, and still not to be guessed.
 */
export class KsuidFormat extends TimeOrderedBase<Ksuid> {
  readonly name = 'ksuid';
  readonly byteLength = 20;
  protected readonly range = new TickRange('ksuid', 1_000, EPOCH, EPOCH + 2 ** 32 - 1);
  protected readonly codec = base62Codec(DIGITS, MAX);
  protected readonly fields = [
    { name: 'time', bits: 32, meaning: `seconds since 2014-05-13T16:53:20Z (Unix ${EPOCH})` },
    { name: 'payload', bits: 128, meaning: 'random; made here: a counter of 48 bits, then 80 random ones', hex: true },
  ];
  private readonly pool: RandomPool;
  protected readonly ticker: Ticker;
  private readonly counter: TickCounter;
  private readonly writer = new Base62Writer(7, DIGITS, 4);
  /** What the writer keeps: the time, and the upper 32 bits of the counter. */
  private time = -1;
  private high = -1;

  constructor(options: GeneratorOptions) {
    super();
    const pool = (this.pool = randomPool(options.random));
    this.counter = new TickCounter(new Ticker(this.range, options, borrow(10_000)), MOST, () => (pool.next() >>> 1) * 0x1_0000 + (pool.next() >>> 16));
    this.ticker = this.counter.ticker;
  }

  generate(): Ksuid {
    const { counter, pool, writer } = this;
    counter.step();
    const a = pool.next();
    const b = pool.next();
    const d = pool.next();
    const { chunks } = writer;
    const { count } = counter;
    const high = Math.floor(count / 0x1_0000);
    const time = counter.tick - EPOCH;
    chunks[0] = a & 0xff_ffff;
    chunks[1] = b & 0xff_ffff;
    chunks[2] = d & 0xff_ffff;
    chunks[3] = ((count & 0xffff) << 8) | (a >>> 24);
    if (time !== this.time || high !== this.high) this.keep(time, high);
    return flat27(writer.write()) as Ksuid;
  }

  private keep(time: number, high: number): void {
    const { chunks } = this.writer;
    chunks[4] = high & 0xff_ffff;
    chunks[5] = ((time & 0xffff) << 8) | (high >>> 24);
    chunks[6] = time >>> 16;
    this.writer.keepUpper();
    this.time = time;
    this.high = high;
  }

  protected msOf(value: bigint): number {
    return (Number(value >> 128n) + EPOCH) * 1_000;
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return (BigInt(tick - EPOCH) << 128n) | (greatest ? (1n << 128n) - 1n : 0n);
  }
}

/** KSUID. Default overflow: `borrow(10_000)`. */
export function ksuid(options: GeneratorOptions = {}): KsuidFormat {
  return new KsuidFormat(options);
}
