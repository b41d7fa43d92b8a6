import { InvalidIdError, type IdProblem } from './errors/invalid-id.error';
import { wholeNumber } from './errors/invalid-option.error';
import type { Explanation, FormatName, IdFormat } from './format';
import { toBigEndian, toValue } from './text/big-endian';
import { hexOf } from './text/hex';
import type { TextCodec } from './text/text-codec';
import type { TextShape } from './text/text-shape';

/** A field of the bits, from the most significant on. */
export interface FieldSpec {
  readonly name: string;
  readonly bits: number;
  readonly meaning: string;
  /** Shown as hexadecimal. */
  readonly hex?: boolean;
}

const MOST_AT_ONCE = 10_000_000;

/** Reading and checking, by way of the number that an id's bytes stand for. Generating is each format's own. */
export abstract class BaseFormat<Id extends string> implements IdFormat<Id> {
  abstract readonly name: FormatName;
  abstract readonly byteLength: number;
  protected abstract readonly codec: TextCodec;
  protected abstract readonly fields: readonly FieldSpec[];

  get text(): TextShape {
    return this.codec;
  }

  abstract generate(): Id;

  generateMany(count: number): Id[] {
    wholeNumber('count', count, 0, MOST_AT_ONCE);
    const ids: Id[] = [];
    this.append(ids, count);
    return ids;
  }

  protected append(ids: Id[], count: number): void {
    for (let i = 0; i < count; i++) ids.push(this.generate());
  }

  parse(text: string): Id {
    const problem = typeof text === 'string' ? this.codec.problem(text) : NOT_TEXT;
    if (problem) throw new InvalidIdError(this.name, problem, this.codec.expected, text);
    return text as Id;
  }

  parseLenient(text: string): Id {
    return this.parse(typeof text === 'string' ? this.codec.canonical(text) : text);
  }

  is(value: unknown): value is Id {
    return typeof value === 'string' && this.codec.problem(value) === undefined;
  }

  compare(a: Id, b: Id): number {
    if (a === b) return 0;
    return a < b ? -1 : 1;
  }

  toBytes(id: Id): Uint8Array {
    return toBigEndian(this.read(id), this.byteLength);
  }

  fromBytes(bytes: Uint8Array): Id {
    if (bytes.length !== this.byteLength) {
      const problem: IdProblem = { code: 'ID_LENGTH', reason: `there are ${bytes.length} bytes` };
      throw new InvalidIdError(this.name, problem, `${this.byteLength} bytes`, bytes);
    }
    return this.parse(this.codec.toText(toValue(bytes)));
  }

  explain(id: Id): Explanation {
    const value = this.read(id);
    let shift = this.byteLength * 8;
    const fields = this.fields.map(({ name, bits, meaning, hex }) => {
      shift -= bits;
      const field = (value >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n);
      return { name, bits, value: hex ? `0x${field.toString(16).padStart(Math.ceil(bits / 4), '0')}` : String(field), meaning };
    });
    return { format: this.name, id, time: this.timeOf(value)?.toISOString() ?? null, hex: hexOf(value, this.byteLength), fields };
  }

  /** Checks first: a plain JavaScript caller, or a cast, may hand over anything. */
  protected read(id: Id): bigint {
    return this.codec.toNumber(this.parse(id));
  }

  protected timeOf(_value: bigint): Date | null {
    return null;
  }
}

const NOT_TEXT: IdProblem = { code: 'ID_TYPE', reason: 'it is not a string' };
