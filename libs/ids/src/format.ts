import type { TextShape } from './text/text-shape';

export type FormatName = 'uuidv4' | 'uuidv6' | 'uuidv7' | 'ulid' | 'ksuid' | 'timeflake' | 'snowflake' | 'tsid' | 'typeid';

declare const brand: unique symbol;

/** A string that has been checked: only `generate`, `parse`, `is` and `fromBytes` of its format make one. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export interface Field {
  readonly name: string;
  readonly bits: number;
  /** As decimal digits, or as hexadecimal with `0x`. */
  readonly value: string;
  readonly meaning: string;
}

/** What an id consists of. The bits of the fields add up to the bits of the id. */
export interface Explanation {
  readonly format: FormatName;
  readonly id: string;
  /** ISO 8601 in UTC; null where the format holds no time. */
  readonly time: string | null;
  /** All bytes. */
  readonly hex: string;
  readonly fields: readonly Field[];
}

/** What every format can do. Text, bytes and the branded type stand for the same value; the text is canonical. */
export interface IdFormat<Id extends string> {
  readonly name: FormatName;
  /** Length of the binary form, in bytes. */
  readonly byteLength: number;
  /** What the canonical text looks like. */
  readonly text: TextShape;
  /**
   * A new id. In a time-ordered format greater than every earlier one of this generator.
   * @throws ClockRollbackError, CounterExhaustedError (by policy), TimeOutOfRangeError. No id is used up by a throw.
   */
  generate(): Id;
  /** `count` (0 to 10,000,000) new ids, in order, with a look at the clock for each 64. @throws InvalidOptionError, and as `generate` */
  generateMany(count: number): Id[];
  /** Accepts the canonical text only. @throws InvalidIdError */
  parse(text: string): Id;
  /** Accepts also what the format's specification lets a reader accept (see README), and returns the canonical text. @throws InvalidIdError */
  parseLenient(text: string): Id;
  is(value: unknown): value is Id;
  /** -1, 0 or 1, in the order of the bytes. */
  compare(a: Id, b: Id): number;
  /** Big-endian. @throws InvalidIdError */
  toBytes(id: Id): Uint8Array;
  /** @throws InvalidIdError */
  fromBytes(bytes: Uint8Array): Id;
  /** @throws InvalidIdError */
  explain(id: Id): Explanation;
}

/** A format whose ids begin with a time, so that order of time = order of bytes = order of text (Snowflake: numeric order). */
export interface TimeOrderedFormat<Id extends string> extends IdFormat<Id> {
  /** When the id says that it was made, to the format's precision. @throws InvalidIdError */
  timestamp(id: Id): Date;
  /** The least id of the tick (millisecond; KSUID: second) that `time` lies in. @throws TimeOutOfRangeError */
  min(time: Date): Id;
  /** The greatest id of that tick. @throws TimeOutOfRangeError */
  max(time: Date): Id;
}
