import { borrow } from '../clock/policies';
import { TickRange } from '../clock/tick-range';
import { Ticker } from '../clock/ticker';
import type { Branded } from '../format';
import type { GeneratorOptions } from '../generator-options';
import { randomPool, type RandomPool } from '../random-pool';
import { TimeOrderedBase } from '../time-ordered-base';
import { uuidCodec, uuidOfWords } from './uuid-text';

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
  protected readonly codec = uuidCodec('6');
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
  protected readonly ticker: Ticker;
  /** The first two words: all of the time, and the version. */
  private high = 0;
  private low = 0;
  private tick = NaN;
  private unit = 0;
  private sequence = 0;

  constructor(options: GeneratorOptions) {
    super();
    this.pool = randomPool(options.random);
    this.ticker = new Ticker(this.range, options, borrow(1_000));
  }

  generate(): UuidV6 {
    const { pool } = this;
    const tick = this.ticker.next();
    if (tick !== this.tick) this.begin(tick, 0);
    else if (this.sequence < MOST_SEQUENCE) this.sequence++;
    else if (this.unit < UNITS - 1) this.begin(tick, this.unit + 1);
    else this.begin(this.ticker.advance(), 0);
    const n = this.sequence;
    return uuidOfWords(this.high, this.low, 0x8000_0100 | (n << 16) | (pool.next() >>> 16), pool.next()) as UuidV6;
  }

  private begin(tick: number, unit: number): void {
    const sequence = this.pool.next() >>> 19;
    // 60 bits are more than a number holds: the product in two parts, which meet at 28 bits.
    const ms = tick + EPOCH_MS;
    const upper = Math.floor(ms / 0x10_0000) * UNITS;
    const lower = (upper % 0x100) * 0x10_0000 + (ms % 0x10_0000) * UNITS + unit;
    const rest = lower % 0x1000_0000;
    this.high = (Math.floor(upper / 0x100) + Math.floor(lower / 0x1000_0000)) | 0;
    this.low = ((rest >>> 12) << 16) | 0x6000 | (rest & 0xfff);
    this.sequence = sequence;
    this.unit = unit;
    this.tick = tick;
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

/** UUIDv6. Default overflow: `borrow(1_000)`. */
export function uuidV6(options: GeneratorOptions = {}): UuidV6Format {
  return new UuidV6Format(options);
}
