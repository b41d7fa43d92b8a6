import type { FieldSpec } from './base-format';
import { TickRange } from './clock/tick-range';
import { Ticker } from './clock/ticker';
import { wholeNumber } from './errors/invalid-option.error';
import type { Branded } from './format';
import { NODE_DEFAULT_OVERFLOW, nodeSource, validTime, type NodeOptions } from './node-options';
import { CROCKFORD, canonicalCrockford, writeBase32 } from './text/crockford';
import { TimeOrderedBase } from './time-ordered-base';

export type Tsid = Branded<'tsid'>;

export interface TsidOptions extends NodeOptions {
  /** 0 to 20 of the 22 lower bits are the node number, the others count. Default: 10, for 1,024 nodes with 4,096 ids a millisecond each. */
  readonly nodeBits?: number;
}

/** 2020-01-01T00:00:00Z, in milliseconds since 1970. */
const EPOCH = 1_577_836_800_000;
const MAX = 'FZZZZZZZZZZZZ';
const DIGITS = 13;
const LOW_BITS = 22;

/** https://github.com/f4b6a3/tsid-creator; the counter starts at 0 in each millisecond. */
export class TsidFormat extends TimeOrderedBase<Tsid> {
  readonly name = 'tsid';
  readonly byteLength = 8;
  protected readonly range = new TickRange('tsid', 1, EPOCH, EPOCH + 2 ** 42 - 1);
  protected readonly expected = `13 digits of Crockford base32 in capitals, at most ${MAX}`;
  protected readonly fields: readonly FieldSpec[];
  private readonly ticker: Ticker;
  private readonly node: (timestampMs: number) => number;
  private readonly perNode: number;
  private readonly out = new Uint8Array(DIGITS);
  private tick = NaN;
  private count = 0;

  constructor(options: TsidOptions) {
    super();
    const nodeBits = wholeNumber('nodeBits', options.nodeBits ?? 10, 0, 20);
    this.perNode = 2 ** (LOW_BITS - nodeBits);
    this.fields = [
      { name: 'time', bits: 42, meaning: 'milliseconds since 2020-01-01T00:00:00Z' },
      ...(nodeBits > 0 ? [{ name: 'node', bits: nodeBits, meaning: 'node number, if made with this many bits of it' }] : []),
      { name: 'counter', bits: LOW_BITS - nodeBits, meaning: 'counts within a millisecond' },
    ];
    this.node = nodeSource(options.node, 2 ** nodeBits - 1);
    this.ticker = new Ticker(this.range, options, NODE_DEFAULT_OVERFLOW);
    if (options.usedUntil) this.skipTo(Math.min(validTime('usedUntil', options.usedUntil), this.range.last));
  }

  generate(): Tsid {
    const { out: o } = this;
    const tick = this.ticker.next();
    let at = tick;
    let count = 0;
    if (tick === this.tick) {
      if (this.count === this.perNode - 1) at = this.ticker.advance();
      else count = this.count + 1;
    }
    const node = this.node(at); // may throw: nothing has been taken yet
    this.tick = at;
    this.count = count;
    // 64 bits in 13 digits, the first of 4 bits: 39 bits of time, then 3 of time with the 22 lower ones.
    const time = at - EPOCH;
    const low = node * this.perNode + count;
    const upper = Math.floor(time / 8);
    writeBase32(o, 0, 2, Math.floor(upper / 0x4000_0000), CROCKFORD.codes);
    writeBase32(o, 2, 6, upper % 0x4000_0000, CROCKFORD.codes);
    writeBase32(o, 8, 5, ((time % 8) << LOW_BITS) | low, CROCKFORD.codes);
    return String.fromCharCode(
      c(o, 0), c(o, 1), c(o, 2), c(o, 3), c(o, 4), c(o, 5), c(o, 6), c(o, 7), c(o, 8), c(o, 9), c(o, 10), c(o, 11), c(o, 12),
    ) as Tsid;
  }

  private skipTo(tick: number): void {
    this.ticker.skipTo(tick);
    this.tick = tick;
    this.count = this.perNode - 1;
  }

  protected problem(text: string) {
    return CROCKFORD.problem(text, DIGITS, MAX);
  }
  protected numberOf(text: string): bigint {
    return CROCKFORD.toValue(text);
  }
  protected textOf(value: bigint): string {
    return CROCKFORD.fromValue(value, DIGITS);
  }
  protected canonical(text: string): string {
    return canonicalCrockford(text);
  }
  protected msOf(value: bigint): number {
    return Number(value >> 22n) + EPOCH;
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return (BigInt(tick - EPOCH) << 22n) | (greatest ? 0x3f_ffffn : 0n);
  }
}

function c(codes: Uint8Array, index: number): number {
  return codes[index] as number;
}

/** TSID. Default overflow: `wait(1_000)`. @throws InvalidOptionError */
export function tsid(options: TsidOptions): TsidFormat {
  return new TsidFormat(options);
}
