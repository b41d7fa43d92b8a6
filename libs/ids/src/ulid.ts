import { TickRange } from './clock/tick-range';
import { Ticker } from './clock/ticker';
import type { Branded } from './format';
import type { GeneratorOptions } from './generator-options';
import { randomPool, type RandomPool } from './random-pool';
import { CROCKFORD, crockfordCodec, writeBase32, writeBase32Time } from './text/crockford';
import { codesOf, flat26 } from './text/flat';
import { TimeOrderedBase } from './time-ordered-base';

export type Ulid = Branded<'ulid'>;

export interface UlidOptions extends GeneratorOptions {
  /** False: 80 fresh random bits an id, without order within a millisecond; the policies are then not used. Default: true. */
  readonly monotonic?: boolean;
}

const MAX = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';
const ZERO = 48;
const Z = 90;
const TIME_DIGITS = 10;
const DIGITS = 26;
/** The digit after each digit, by character code. */
const AFTER = new Uint8Array(128);
CROCKFORD.codes.forEach((code, digit) => (AFTER[code] = CROCKFORD.codes[digit + 1] ?? 0));

/** https://github.com/ulid/spec, with its monotonicity: within a millisecond the 80 random bits count up by one. */
export class UlidFormat extends TimeOrderedBase<Ulid> {
  readonly name = 'ulid';
  readonly byteLength = 16;
  protected readonly range = new TickRange('ulid', 1, 0, 2 ** 48 - 1);
  protected readonly codec = crockfordCodec(DIGITS, MAX);
  protected readonly fields = [
    { name: 'time', bits: 48, meaning: 'milliseconds since 1970' },
    { name: 'randomness', bits: 80, meaning: 'random; monotonic: counts up within a millisecond', hex: true },
  ];
  private readonly pool: RandomPool;
  protected readonly ticker: Ticker;
  private readonly monotonic: boolean;
  private readonly out = codesOf('0'.repeat(DIGITS));
  private tick = -1;

  constructor(options: UlidOptions) {
    super();
    this.pool = randomPool(options.random);
    this.ticker = new Ticker(this.range, options, 'throw');
    this.monotonic = options.monotonic ?? true;
  }

  generate(): Ulid {
    if (this.monotonic) {
      const tick = this.ticker.next();
      if (tick !== this.tick) this.begin(tick);
      else if (!this.increment()) this.begin(this.ticker.advance());
    } else {
      this.begin(this.ticker.unordered());
    }
    return flat26(this.out) as Ulid;
  }

  private begin(tick: number): void {
    const { out, pool } = this;
    const a = pool.next();
    const b = pool.next();
    const d = pool.next();
    if (tick !== this.tick) writeBase32Time(out, 0, tick, CROCKFORD.codes);
    writeBase32(out, 10, 6, a, CROCKFORD.codes);
    writeBase32(out, 16, 6, b, CROCKFORD.codes);
    writeBase32(out, 22, 4, d, CROCKFORD.codes);
    this.tick = tick;
  }

  /** False, and nothing changed, if all 80 bits are ones. */
  private increment(): boolean {
    const { out } = this;
    let at = DIGITS - 1;
    while (out[at] === Z && at >= TIME_DIGITS) at--;
    if (at < TIME_DIGITS) return false;
    out[at] = AFTER[out[at] as number] as number;
    while (++at < DIGITS) out[at] = ZERO;
    return true;
  }

  protected msOf(value: bigint): number {
    return Number(value >> 80n);
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return (BigInt(tick) << 80n) | (greatest ? (1n << 80n) - 1n : 0n);
  }
}

/** ULID. Default overflow: `throw`, as the specification wants it. */
export function ulid(options: UlidOptions = {}): UlidFormat {
  return new UlidFormat(options);
}
