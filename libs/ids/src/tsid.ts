import type { FieldSpec } from './base-format';
import { TickRange } from './clock/tick-range';
import type { Ticker } from './clock/ticker';
import { wholeNumber } from './errors/invalid-option.error';
import type { Branded } from './format';
import type { NodeOptions } from './node-options';
import { NodeSequence } from './node-sequence';
import { CROCKFORD, crockfordCodec, writeBase32 } from './text/crockford';
import { codesOf, flat13 } from './text/flat';
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
  protected readonly codec = crockfordCodec(DIGITS, MAX);
  protected readonly fields: readonly FieldSpec[];
  private readonly perNode: number;
  protected readonly ticker: Ticker;
  private readonly sequence: NodeSequence;
  /** Its lowest three bits, in front of 22 zeros. */
  private lowestTime = 0;
  private readonly out = codesOf('0'.repeat(DIGITS));

  constructor(options: TsidOptions) {
    super();
    const nodeBits = wholeNumber('nodeBits', options.nodeBits ?? 10, 0, 20);
    this.perNode = 2 ** (LOW_BITS - nodeBits);
    this.fields = [
      { name: 'time', bits: 42, meaning: 'milliseconds since 2020-01-01T00:00:00Z' },
      ...(nodeBits > 0 ? [{ name: 'node', bits: nodeBits, meaning: 'node number, if made with this many bits of it' }] : []),
      { name: 'counter', bits: LOW_BITS - nodeBits, meaning: 'counts within a millisecond' },
    ];
    this.sequence = new NodeSequence(this.range, options, 2 ** nodeBits - 1, this.perNode);
    this.ticker = this.sequence.ticker;
  }

  generate(): Tsid {
    const { out, sequence } = this;
    // 64 bits in 13 digits, the first of 4 bits: 39 bits of time, then 3 of time with the 22 lower ones.
    if (sequence.step()) {
      const time = sequence.tick - EPOCH;
      const upper = Math.floor(time / 8);
      writeBase32(out, 0, 2, Math.floor(upper / 0x4000_0000), CROCKFORD.codes);
      writeBase32(out, 2, 6, upper % 0x4000_0000, CROCKFORD.codes);
      this.lowestTime = (time % 8) << LOW_BITS;
    }
    writeBase32(out, 8, 5, this.lowestTime | (sequence.node * this.perNode + sequence.count), CROCKFORD.codes);
    return flat13(out) as Tsid;
  }

  protected msOf(value: bigint): number {
    return Number(value >> 22n) + EPOCH;
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return (BigInt(tick - EPOCH) << 22n) | (greatest ? 0x3f_ffffn : 0n);
  }
}

/** TSID. Default overflow: `wait(1_000)`. @throws InvalidOptionError */
export function tsid(options: TsidOptions): TsidFormat {
  return new TsidFormat(options);
}
