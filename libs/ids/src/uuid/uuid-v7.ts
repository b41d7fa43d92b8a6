import { borrow } from '../clock/policies';
import { TickRange } from '../clock/tick-range';
import { Ticker } from '../clock/ticker';
import type { Branded } from '../format';
import type { GeneratorOptions } from '../generator-options';
import { randomPool, type RandomPool } from '../random-pool';
import { HEX, writeHex } from '../text/hex';
import { TimeOrderedBase } from '../time-ordered-base';
import { canonicalUuid, numberToUuid, uuidProblem, uuidToNumber } from './uuid-text';
import { V7Counter } from './v7-counter';

export type UuidV7 = Branded<'uuidv7'>;

export const V7_DEFAULT_OVERFLOW = borrow(1_000);
export const V7_LAST_TICK = 2 ** 48 - 1;

/** RFC 9562, section 5.7. */
export class UuidV7Format extends TimeOrderedBase<UuidV7> {
  readonly name = 'uuidv7';
  readonly byteLength = 16;
  protected readonly range = new TickRange('uuidv7', 1, 0, V7_LAST_TICK);
  protected readonly expected = 'xxxxxxxx-xxxx-7xxx-[89ab]xxx-xxxxxxxxxxxx in small hexadecimal digits';
  protected readonly fields = [
    { name: 'unix_ts_ms', bits: 48, meaning: 'milliseconds since 1970' },
    { name: 'version', bits: 4, meaning: 'always 7' },
    { name: 'rand_a', bits: 12, meaning: 'random; made here: upper bits of the counter', hex: true },
    { name: 'variant', bits: 2, meaning: 'always 2 (RFC 9562)' },
    { name: 'rand_b', bits: 62, meaning: 'random; made here: 14 lower bits of the counter, then 48 random ones', hex: true },
  ];
  private readonly pool: RandomPool;
  private readonly counter: V7Counter;
  private readonly time = new Uint8Array(12);

  constructor(options: GeneratorOptions) {
    super();
    this.pool = randomPool(options.random);
    this.counter = new V7Counter(new Ticker(this.range, options, V7_DEFAULT_OVERFLOW), this.pool);
  }

  generate(): UuidV7 {
    const { counter, pool, time: t } = this;
    if (counter.step()) {
      writeHex(t, 0, 8, Math.floor(counter.tick / 0x1_0000));
      writeHex(t, 8, 4, counter.tick % 0x1_0000);
    }
    const n = counter.count;
    const r = pool.next();
    const s = pool.next();
    const h = HEX;
    return String.fromCharCode(
      c(t, 0), c(t, 1), c(t, 2), c(t, 3), c(t, 4), c(t, 5), c(t, 6), c(t, 7), 45,
      c(t, 8), c(t, 9), c(t, 10), c(t, 11), 45,
      55, c(h, n >>> 22), c(h, (n >>> 18) & 15), c(h, (n >>> 14) & 15), 45,
      c(h, 8 | ((n >>> 12) & 3)), c(h, (n >>> 8) & 15), c(h, (n >>> 4) & 15), c(h, n & 15), 45,
      c(h, r >>> 28), c(h, (r >>> 24) & 15), c(h, (r >>> 20) & 15), c(h, (r >>> 16) & 15),
      c(h, (r >>> 12) & 15), c(h, (r >>> 8) & 15), c(h, (r >>> 4) & 15), c(h, r & 15),
      c(h, s >>> 28), c(h, (s >>> 24) & 15), c(h, (s >>> 20) & 15), c(h, (s >>> 16) & 15),
    ) as UuidV7;
  }

  protected problem(text: string) {
    return uuidProblem(text, '7');
  }
  protected numberOf(text: string): bigint {
    return uuidToNumber(text);
  }
  protected textOf(value: bigint): string {
    return numberToUuid(value);
  }
  protected canonical(text: string): string {
    return canonicalUuid(text);
  }
  protected msOf(value: bigint): number {
    return Number(value >> 80n);
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return v7Bound(tick, greatest);
  }
}

/** The least or greatest UUIDv7 of a millisecond since 1970, as a number. */
export function v7Bound(tick: number, greatest: boolean): bigint {
  return (BigInt(tick) << 80n) | (greatest ? 0x7fff_bfff_ffff_ffff_ffffn : 0x7000_8000_0000_0000_0000n);
}

function c(codes: Uint8Array, index: number): number {
  return codes[index] as number;
}

/** UUIDv7. Default overflow: `borrow(1_000)`. */
export function uuidV7(options: GeneratorOptions = {}): UuidV7Format {
  return new UuidV7Format(options);
}
