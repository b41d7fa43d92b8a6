import { borrow } from '../clock/policies';
import { TickRange } from '../clock/tick-range';
import { Ticker } from '../clock/ticker';
import type { Branded } from '../format';
import type { GeneratorOptions } from '../generator-options';
import { randomPool, type RandomPool } from '../random-pool';
import { HEX, writeHex } from '../text/hex';
import { TimeOrderedBase } from '../time-ordered-base';
import { canonicalUuid, numberToUuid, uuidProblem, uuidToNumber } from './uuid-text';

export type UuidV6 = Branded<'uuidv6'>;

/** Milliseconds from 1582-10-15, where the Gregorian calendar begins, to 1970. */
const EPOCH_MS = 12_219_292_800_000;
/** Units of 100 ns in a millisecond. */
const UNITS = 10_000;
/** The last millisecond of which all units fit into 60 bits. */
const LAST_MS = Math.floor(2 ** 60 / UNITS) - 1 - EPOCH_MS;
const MOST_SEQUENCE = 2 ** 14 - 1;

/**
 * RFC 9562, section 5.6. The clock gives milliseconds; below them the clock sequence counts (from 13 random bits), and when it
 * is used up the next unit of 100 ns begins (section 6.2, method 4): 82 million ids a millisecond. The node is random for
 * each id and marked as no MAC address (section 6.10).
 */
export class UuidV6Format extends TimeOrderedBase<UuidV6> {
  readonly name = 'uuidv6';
  readonly byteLength = 16;
  protected readonly range = new TickRange('uuidv6', 1, -EPOCH_MS, LAST_MS);
  protected readonly expected = 'xxxxxxxx-xxxx-6xxx-[89ab]xxx-xxxxxxxxxxxx in small hexadecimal digits';
  protected readonly fields = [
    { name: 'time_high', bits: 32, meaning: 'upper bits of the time: units of 100 ns since 1582-10-15', hex: true },
    { name: 'time_mid', bits: 16, meaning: 'middle bits of the time', hex: true },
    { name: 'version', bits: 4, meaning: 'always 6' },
    { name: 'time_low', bits: 12, meaning: 'lower bits of the time', hex: true },
    { name: 'variant', bits: 2, meaning: 'always 2 (RFC 9562)' },
    { name: 'clock_seq', bits: 14, meaning: 'made here: counts up from a random number' },
    { name: 'node', bits: 48, meaning: 'a MAC address, or random with the lowest bit of its first byte set', hex: true },
  ];
  private readonly pool: RandomPool;
  private readonly ticker: Ticker;
  /** The 15 hexadecimal digits of the time. */
  private readonly time = new Uint8Array(15);
  private tick = NaN;
  private unit = 0;
  private sequence = 0;

  constructor(options: GeneratorOptions) {
    super();
    this.pool = randomPool(options.random);
    this.ticker = new Ticker(this.range, options, borrow(1_000));
  }

  generate(): UuidV6 {
    const { pool, time: t } = this;
    const tick = this.ticker.next();
    if (tick !== this.tick) this.begin(tick, 0);
    else if (this.sequence < MOST_SEQUENCE) this.sequence++;
    else if (this.unit < UNITS - 1) this.begin(tick, this.unit + 1);
    else this.begin(this.ticker.advance(), 0);
    const n = this.sequence;
    const r = pool.next() | 0x0100_0000;
    const s = pool.next();
    const h = HEX;
    return String.fromCharCode(
      c(t, 0), c(t, 1), c(t, 2), c(t, 3), c(t, 4), c(t, 5), c(t, 6), c(t, 7), 45,
      c(t, 8), c(t, 9), c(t, 10), c(t, 11), 45,
      54, c(t, 12), c(t, 13), c(t, 14), 45,
      c(h, 8 | (n >>> 12)), c(h, (n >>> 8) & 15), c(h, (n >>> 4) & 15), c(h, n & 15), 45,
      c(h, r >>> 28), c(h, (r >>> 24) & 15), c(h, (r >>> 20) & 15), c(h, (r >>> 16) & 15),
      c(h, (r >>> 12) & 15), c(h, (r >>> 8) & 15), c(h, (r >>> 4) & 15), c(h, r & 15),
      c(h, s >>> 28), c(h, (s >>> 24) & 15), c(h, (s >>> 20) & 15), c(h, (s >>> 16) & 15),
    ) as UuidV6;
  }

  private begin(tick: number, unit: number): void {
    const sequence = this.pool.next() >>> 19;
    // 60 bits are more than a number holds: the product in two parts, which meet at 28 bits.
    const ms = tick + EPOCH_MS;
    const upper = Math.floor(ms / 0x10_0000) * UNITS;
    const lower = (upper % 0x100) * 0x10_0000 + (ms % 0x10_0000) * UNITS + unit;
    const high = Math.floor(upper / 0x100) + Math.floor(lower / 0x1000_0000);
    writeHex(this.time, 0, 8, high);
    writeHex(this.time, 8, 7, lower % 0x1000_0000);
    this.sequence = sequence;
    this.unit = unit;
    this.tick = tick;
  }

  protected problem(text: string) {
    return uuidProblem(text, '6');
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
    const units = ((value >> 80n) << 12n) | ((value >> 64n) & 0xfffn);
    return Number(units / BigInt(UNITS)) - EPOCH_MS;
  }
  protected bound(tick: number, greatest: boolean): bigint {
    const units = BigInt(tick + EPOCH_MS) * BigInt(UNITS) + (greatest ? BigInt(UNITS - 1) : 0n);
    const rest = greatest ? 0xbfff_ffff_ffff_ffffn : 0x8000_0000_0000_0000n;
    return ((units >> 12n) << 80n) | (6n << 76n) | ((units & 0xfffn) << 64n) | rest;
  }
}

function c(codes: Uint8Array, index: number): number {
  return codes[index] as number;
}

/** UUIDv6. Default overflow: `borrow(1_000)`. */
export function uuidV6(options: GeneratorOptions = {}): UuidV6Format {
  return new UuidV6Format(options);
}
