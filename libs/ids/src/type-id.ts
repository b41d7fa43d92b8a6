import type { TickCounter } from './clock/tick-counter';
import type { Ticker } from './clock/ticker';
import { InvalidIdError } from './errors/invalid-id.error';
import { InvalidOptionError } from './errors/invalid-option.error';
import type { Branded } from './format';
import type { GeneratorOptions } from './generator-options';
import { randomPool, type RandomPool } from './random-pool';
import { CROCKFORD_LOWER, writeBase32, writeBase32Time } from './text/crockford';
import { codesOf, flat } from './text/flat';
import type { TextCodec } from './text/text-codec';
import { TimeOrderedBase } from './time-ordered-base';
import { v7Bound, v7Counter, v7High, v7Low, v7Range } from './uuid/uuid-v7';
import { numberToUuid, uuidProblem } from './uuid/uuid-text';

/** Ids of different prefixes are different types. */
export type TypeId<Prefix extends string = string> = Branded<`typeid:${Prefix}`>;

export interface TypeIdOptions<Prefix extends string> extends GeneratorOptions {
  /** 0 to 63 small letters and underscores, with a letter at both ends. Empty: no prefix and no separator. */
  readonly prefix: Prefix;
  /** True: also parse ids of UUIDs other than version 7, as the specification lets a reader do. They have no time. Default: false. */
  readonly anyUuid?: boolean;
}

/** What may stand in front of a TypeID, without the separator. */
export const TYPE_ID_PREFIX = /^([a-z]([a-z_]{0,61}[a-z])?)?$/;
const MAX = '7zzzzzzzzzzzzzzzzzzzzzzzzz';
const DIGITS = 26;
const DIGIT = '[0-9a-hjkmnp-tv-z]';
const ANY_UUID = `[0-7]${DIGIT}{25}`;
/** The 11th digit holds the version 0111 and a bit of rand_a, the 14th a bit of rand_a, the variant 10 and two bits of rand_b. */
const UUID_V7 = `[0-7]${DIGIT}{9}[ef]${DIGIT}{2}[89abrstv]${DIGIT}{12}`;

/** https://github.com/jetify-com/typeid/tree/main/spec (0.3): a prefix, and a UUIDv7 in base32. */
export class TypeIdFormat<Prefix extends string> extends TimeOrderedBase<TypeId<Prefix>> {
  readonly name = 'typeid';
  /** Of the UUID: the prefix is not part of the bytes. */
  readonly byteLength = 16;
  readonly prefix: Prefix;
  protected readonly range = v7Range('typeid');
  protected readonly codec: TextCodec;
  protected readonly fields = [
    { name: 'unix_ts_ms', bits: 48, meaning: 'milliseconds since 1970' },
    { name: 'version', bits: 4, meaning: '7 for UUIDv7' },
    { name: 'rand_a', bits: 12, meaning: 'random; made here: upper bits of the counter', hex: true },
    { name: 'variant', bits: 2, meaning: '2 (RFC 9562)' },
    { name: 'rand_b', bits: 62, meaning: 'random; made here: 14 lower bits of the counter, then 48 random ones', hex: true },
  ];
  private readonly pool: RandomPool;
  protected readonly ticker: Ticker;
  private readonly counter: TickCounter;
  /** Index of the first digit. */
  private readonly first: number;
  /** Character codes: the prefix and its separator stay. */
  private readonly out: number[];

  constructor(options: TypeIdOptions<Prefix>) {
    super();
    const { prefix } = options;
    if (typeof prefix !== 'string' || !TYPE_ID_PREFIX.test(prefix)) {
      throw new InvalidOptionError('prefix', JSON.stringify(prefix), '0 to 63 small letters and underscores, with a letter at both ends');
    }
    this.prefix = prefix;
    const head = prefix === '' ? '' : `${prefix}_`;
    this.first = head.length;
    this.out = codesOf(head + '0'.repeat(DIGITS));
    this.codec = typeIdCodec(head, options.anyUuid ?? false);
    this.pool = randomPool(options.random);
    this.counter = v7Counter(this.range, options, this.pool);
    this.ticker = this.counter.ticker;
  }

  generate(): TypeId<Prefix> {
    const { counter, pool, first, out } = this;
    const { codes } = CROCKFORD_LOWER;
    if (counter.step()) writeBase32Time(out, first, counter.tick, codes);
    const n = counter.count;
    const w = (v7High(n) << 16) | v7Low(n);
    const r = pool.next();
    const s = pool.next() >>> 16;
    writeBase32(out, first + 10, 6, w >>> 2, codes);
    writeBase32(out, first + 16, 1, ((w & 3) << 3) | (r >>> 29), codes);
    writeBase32(out, first + 17, 5, r >>> 4, codes);
    writeBase32(out, first + 22, 1, ((r & 15) << 1) | (s >>> 15), codes);
    writeBase32(out, first + 23, 3, s, codes);
    return flat(out) as TypeId<Prefix>;
  }

  protected msOf(value: bigint): number {
    const problem = uuidProblem(numberToUuid(value), '7');
    if (problem) throw new InvalidIdError('typeid', problem, 'a UUIDv7 inside, to tell its time', this.codec.toText(value));
    return Number(value >> 80n);
  }
  protected override timeOf(value: bigint): Date | null {
    return uuidProblem(numberToUuid(value), '7') ? null : super.timeOf(value);
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return v7Bound(tick, greatest);
  }
}

/** No other spelling: a reader must not accept capitals or look-alikes (specification). */
function typeIdCodec(head: string, anyUuid: boolean): TextCodec {
  return {
    expected: `${head === '' ? '' : `"${head}" and `}26 digits of Crockford base32 in small letters, at most ${MAX}, ${anyUuid ? 'of a UUID' : 'of a UUIDv7'}`,
    pattern: `^${head}${anyUuid ? ANY_UUID : UUID_V7}$`,
    minLength: head.length + DIGITS,
    maxLength: head.length + DIGITS,
    problem: (text) => {
      if (!text.startsWith(head)) return { code: 'ID_PREFIX', reason: `it does not begin with "${head}"` };
      const suffix = text.slice(head.length);
      const problem = CROCKFORD_LOWER.problem(suffix, DIGITS, MAX);
      if (problem) return problem.code === 'ID_LENGTH' ? { code: 'ID_LENGTH', reason: `its part after the prefix has ${suffix.length} characters` } : problem;
      return anyUuid ? undefined : uuidProblem(numberToUuid(CROCKFORD_LOWER.toValue(suffix)), '7');
    },
    toNumber: (text) => CROCKFORD_LOWER.toValue(text.slice(head.length)),
    toText: (value) => head + CROCKFORD_LOWER.fromValue(value, DIGITS),
    canonical: (text) => text,
  };
}

/** TypeID. Default overflow: `borrow(1_000)`. @throws InvalidOptionError */
export function typeId<Prefix extends string>(options: TypeIdOptions<Prefix>): TypeIdFormat<Prefix> {
  return new TypeIdFormat(options);
}
