import type { FieldSpec } from '../base-format';
import { TickRange } from '../clock/tick-range';
import type { Ticker } from '../clock/ticker';
import { wholeNumber } from '../errors/invalid-option.error';
import type { Branded } from '../format';
import type { NodeOptions } from '../node-options';
import { NodeSequence } from '../node-sequence';
import { decimalAtMost } from '../text/pattern';
import type { TextCodec } from '../text/text-codec';
import { TimeOrderedBase } from '../time-ordered-base';
import { DecimalWriter } from './decimal-writer';
import { checkLayout, nodeBits, SNOWFLAKE_PRESETS, type SnowflakeLayout } from './layout';

/** Decimal digits. Never a JavaScript number: those hold 53 bits. */
export type Snowflake = Branded<'snowflake'>;

export interface SnowflakeOptions extends NodeOptions {
  /** Default: twitter. `epoch` and `layout` replace its parts. */
  readonly preset?: keyof typeof SNOWFLAKE_PRESETS;
  /** Milliseconds since 1970, or a Date. */
  readonly epoch?: number | Date;
  readonly layout?: SnowflakeLayout;
}

const DECIMAL = /^(0|[1-9][0-9]*)$/;

/** Twitter's Snowflake (github.com/twitter-archive/snowflake): time, node, sequence from 0 in each millisecond. */
export class SnowflakeFormat extends TimeOrderedBase<Snowflake> {
  readonly name = 'snowflake';
  readonly byteLength = 8;
  /** Milliseconds since 1970. */
  readonly epoch: number;
  readonly layout: SnowflakeLayout;
  protected readonly range: TickRange;
  protected readonly codec: TextCodec;
  protected readonly fields: readonly FieldSpec[];
  private readonly lowBits: bigint;
  private readonly perNode: number;
  private readonly writer: DecimalWriter;
  protected readonly ticker: Ticker;
  private readonly sequence: NodeSequence;

  constructor(options: SnowflakeOptions) {
    super();
    const preset = SNOWFLAKE_PRESETS[options.preset ?? 'twitter'];
    const { layout = preset.layout } = options;
    this.layout = layout;
    checkLayout(layout);
    const { timeBits, sequenceBits } = layout;
    this.epoch = wholeNumber('epoch', Number(options.epoch ?? preset.epoch), 0, 2 ** 43);
    this.range = new TickRange('snowflake', 1, this.epoch, this.epoch + 2 ** timeBits - 1);
    const ofNode = nodeBits(layout);
    const low = ofNode + sequenceBits;
    this.lowBits = BigInt(low);
    this.codec = decimalCodec((1n << (BigInt(timeBits) + this.lowBits)) - 1n);
    this.perNode = 2 ** sequenceBits;
    this.writer = new DecimalWriter(2 ** low);
    this.fields = [
      ...(timeBits + low < 64 ? [{ name: 'unused', bits: 64 - timeBits - low, meaning: 'always 0' }] : []),
      { name: 'time', bits: timeBits, meaning: `milliseconds since ${new Date(this.epoch).toISOString()}` },
      ...layout.node.map(({ name, bits }) => ({ name, bits, meaning: 'part of the node number' })),
      { name: 'sequence', bits: sequenceBits, meaning: 'counts within a millisecond' },
    ];
    this.sequence = new NodeSequence(this.range, options, 2 ** ofNode - 1, this.perNode);
    this.ticker = this.sequence.ticker;
  }

  generate(): Snowflake {
    const { sequence } = this;
    sequence.step();
    return this.writer.write(sequence.tick - this.epoch, sequence.node * this.perNode + sequence.count) as Snowflake;
  }

  /** By number: "9" is less than "10". */
  override compare(a: Snowflake, b: Snowflake): number {
    if (a.length !== b.length) return a.length < b.length ? -1 : 1;
    return super.compare(a, b);
  }

  protected msOf(value: bigint): number {
    return Number(value >> this.lowBits) + this.epoch;
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return (BigInt(tick - this.epoch) << this.lowBits) | (greatest ? (1n << this.lowBits) - 1n : 0n);
  }
}

function decimalCodec(greatest: bigint): TextCodec {
  return {
    expected: `a whole number in decimal digits, without zeros in front, at most ${greatest}`,
    pattern: `^${decimalAtMost(greatest)}$`,
    minLength: 1,
    maxLength: String(greatest).length,
    problem: (text) => {
      if (text.length === 0 || text.length > 20) return { code: 'ID_LENGTH', reason: `it has ${text.length} characters` };
      if (!DECIMAL.test(text)) return { code: 'ID_CHARACTER', reason: 'it is not decimal digits without zeros in front' };
      return BigInt(text) > greatest ? { code: 'ID_RANGE', reason: `it is greater than ${greatest}` } : undefined;
    },
    toNumber: BigInt,
    toText: String,
    canonical: (text) => text,
  };
}

/** Snowflake. Default overflow: `wait(1_000)`. @throws InvalidOptionError */
export function snowflake(options: SnowflakeOptions): SnowflakeFormat {
  return new SnowflakeFormat(options);
}
