import { borrow } from './clock/policies';
import { TickRange } from './clock/tick-range';
import { Ticker } from './clock/ticker';
import type { Branded } from './format';
import type { GeneratorOptions } from './generator-options';
import { randomPool, type RandomPool } from './random-pool';
import { BASE62, Base62Writer } from './text/base62';
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
  protected readonly expected = `27 digits of base62 (0-9A-Za-z), at most ${MAX}`;
  protected readonly fields = [
    { name: 'time', bits: 32, meaning: `seconds since 2014-05-13T16:53:20Z (Unix ${EPOCH})` },
    { name: 'payload', bits: 128, meaning: 'random; made here: a counter of 48 bits, then 80 random ones', hex: true },
  ];
  private readonly pool: RandomPool;
  private readonly ticker: Ticker;
  private readonly writer = new Base62Writer(7, DIGITS);
  private readonly out = new Uint8Array(DIGITS);
  private tick = -1;
  private count = 0;

  constructor(options: GeneratorOptions) {
    super();
    this.pool = randomPool(options.random);
    this.ticker = new Ticker(this.range, options, borrow(10_000));
  }

  generate(): Ksuid {
    const { pool, out: o, writer } = this;
    const tick = this.ticker.next();
    if (tick !== this.tick) this.begin(tick);
    else if (this.count === MOST) this.begin(this.ticker.advance());
    else this.count++;
    const [a, b, d] = [pool.next(), pool.next(), pool.next()];
    const { chunks } = writer;
    const { count } = this;
    const high = Math.floor(count / 0x1_0000);
    const time = this.tick - EPOCH;
    chunks[0] = a & 0xff_ffff;
    chunks[1] = b & 0xff_ffff;
    chunks[2] = d & 0xff_ffff;
    chunks[3] = ((count & 0xffff) << 8) | (a >>> 24);
    chunks[4] = high & 0xff_ffff;
    chunks[5] = ((time & 0xffff) << 8) | (high >>> 24);
    chunks[6] = time >>> 16;
    writer.write(o);
    return String.fromCharCode(
      c(o, 0), c(o, 1), c(o, 2), c(o, 3), c(o, 4), c(o, 5), c(o, 6), c(o, 7), c(o, 8), c(o, 9), c(o, 10), c(o, 11), c(o, 12), c(o, 13),
      c(o, 14), c(o, 15), c(o, 16), c(o, 17), c(o, 18), c(o, 19), c(o, 20), c(o, 21), c(o, 22), c(o, 23), c(o, 24), c(o, 25), c(o, 26),
    ) as Ksuid;
  }

  private begin(tick: number): void {
    this.count = (this.pool.next() >>> 1) * 0x1_0000 + (this.pool.next() >>> 16);
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
    return (Number(value >> 128n) + EPOCH) * 1_000;
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return (BigInt(tick - EPOCH) << 128n) | (greatest ? (1n << 128n) - 1n : 0n);
  }
}

function c(codes: Uint8Array, index: number): number {
  return codes[index] as number;
}

/** KSUID. Default overflow: `borrow(10_000)`. */
export function ksuid(options: GeneratorOptions = {}): KsuidFormat {
  return new KsuidFormat(options);
}
