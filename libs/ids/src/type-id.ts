import { TickRange } from './clock/tick-range';
import { Ticker } from './clock/ticker';
import { InvalidIdError, type IdProblem } from './errors/invalid-id.error';
import { InvalidOptionError } from './errors/invalid-option.error';
import type { Branded } from './format';
import type { GeneratorOptions } from './generator-options';
import { randomPool, type RandomPool } from './random-pool';
import { CROCKFORD_LOWER, writeBase32, writeBase32Time } from './text/crockford';
import { TimeOrderedBase } from './time-ordered-base';
import { v7Bound, V7_DEFAULT_OVERFLOW, V7_LAST_TICK } from './uuid/uuid-v7';
import { numberToUuid, uuidProblem } from './uuid/uuid-text';
import { V7Counter } from './uuid/v7-counter';

/** Ids of different prefixes are different types. */
export type TypeId<Prefix extends string = string> = Branded<`typeid:${Prefix}`>;

export interface TypeIdOptions<Prefix extends string> extends GeneratorOptions {
  /** 0 to 63 small letters and underscores, with a letter at both ends. Empty: no prefix and no separator. */
  readonly prefix: Prefix;
  /** True: also parse ids of UUIDs other than version 7, as the specification lets a reader do. They have no time. Default: false. */
  readonly anyUuid?: boolean;
}

const PREFIX = /^([a-z]([a-z_]{0,61}[a-z])?)?$/;
const MAX = '7zzzzzzzzzzzzzzzzzzzzzzzzz';
const DIGITS = 26;

/** https://github.com/jetify-com/typeid/tree/main/spec (0.3): a prefix, and a UUIDv7 in base32. */
export class TypeIdFormat<Prefix extends string> extends TimeOrderedBase<TypeId<Prefix>> {
  readonly name = 'typeid';
  /** Of the UUID: the prefix is not part of the bytes. */
  readonly byteLength = 16;
  readonly prefix: Prefix;
  protected readonly range = new TickRange('typeid', 1, 0, V7_LAST_TICK);
  protected readonly expected: string;
  protected readonly fields = [
    { name: 'unix_ts_ms', bits: 48, meaning: 'milliseconds since 1970' },
    { name: 'version', bits: 4, meaning: '7 for UUIDv7' },
    { name: 'rand_a', bits: 12, meaning: 'random; made here: upper bits of the counter', hex: true },
    { name: 'variant', bits: 2, meaning: '2 (RFC 9562)' },
    { name: 'rand_b', bits: 62, meaning: 'random; made here: 14 lower bits of the counter, then 48 random ones', hex: true },
  ];
  private readonly pool: RandomPool;
  private readonly counter: V7Counter;
  private readonly head: string;
  private readonly anyUuid: boolean;
  private readonly out = new Uint8Array(DIGITS);

  constructor(options: TypeIdOptions<Prefix>) {
    super();
    const { prefix } = options;
    if (typeof prefix !== 'string' || !PREFIX.test(prefix)) {
      throw new InvalidOptionError('prefix', JSON.stringify(prefix), '0 to 63 small letters and underscores, with a letter at both ends');
    }
    this.prefix = prefix;
    this.head = prefix === '' ? '' : `${prefix}_`;
    this.anyUuid = options.anyUuid ?? false;
    this.expected = `${this.head === '' ? '' : `"${this.head}" and `}26 digits of Crockford base32 in small letters, at most ${MAX}, ${this.anyUuid ? 'of a UUID' : 'of a UUIDv7'}`;
    this.pool = randomPool(options.random);
    this.counter = new V7Counter(new Ticker(this.range, options, V7_DEFAULT_OVERFLOW), this.pool);
  }

  generate(): TypeId<Prefix> {
    const { counter, pool, out: o } = this;
    const { codes } = CROCKFORD_LOWER;
    if (counter.step()) writeBase32Time(o, counter.tick, codes);
    const n = counter.count;
    const w = ((0x7000 | (n >>> 14)) << 16) | 0x8000 | (n & 0x3fff);
    const r = pool.next();
    const s = pool.next() >>> 16;
    writeBase32(o, 10, 6, w >>> 2, codes);
    writeBase32(o, 16, 1, ((w & 3) << 3) | (r >>> 29), codes);
    writeBase32(o, 17, 5, r >>> 4, codes);
    writeBase32(o, 22, 1, ((r & 15) << 1) | (s >>> 15), codes);
    writeBase32(o, 23, 3, s, codes);
    const suffix = String.fromCharCode(
      c(o, 0), c(o, 1), c(o, 2), c(o, 3), c(o, 4), c(o, 5), c(o, 6), c(o, 7), c(o, 8), c(o, 9), c(o, 10), c(o, 11), c(o, 12),
      c(o, 13), c(o, 14), c(o, 15), c(o, 16), c(o, 17), c(o, 18), c(o, 19), c(o, 20), c(o, 21), c(o, 22), c(o, 23), c(o, 24), c(o, 25),
    );
    return (this.head + suffix) as TypeId<Prefix>;
  }

  protected problem(text: string): IdProblem | undefined {
    if (!text.startsWith(this.head)) return { code: 'ID_PREFIX', reason: `it does not begin with "${this.head}"` };
    const suffix = text.slice(this.head.length);
    const problem = CROCKFORD_LOWER.problem(suffix, DIGITS, MAX);
    if (problem) return problem.code === 'ID_LENGTH' ? { code: 'ID_LENGTH', reason: `its part after the prefix has ${suffix.length} characters` } : problem;
    return this.anyUuid ? undefined : uuidProblem(numberToUuid(CROCKFORD_LOWER.toValue(suffix)), '7');
  }
  protected numberOf(text: string): bigint {
    return CROCKFORD_LOWER.toValue(text.slice(this.head.length));
  }
  protected textOf(value: bigint): string {
    return this.head + CROCKFORD_LOWER.fromValue(value, DIGITS);
  }
  protected canonical(text: string): string {
    return text; // the specification: a reader must not accept capitals or look-alikes
  }
  protected msOf(value: bigint): number {
    const problem = uuidProblem(numberToUuid(value), '7');
    if (problem) throw new InvalidIdError('typeid', problem, 'a UUIDv7 inside, to tell its time', this.textOf(value));
    return Number(value >> 80n);
  }
  protected override timeOf(value: bigint): Date | null {
    return uuidProblem(numberToUuid(value), '7') ? null : super.timeOf(value);
  }
  protected bound(tick: number, greatest: boolean): bigint {
    return v7Bound(tick, greatest);
  }
}

function c(codes: Uint8Array, index: number): number {
  return codes[index] as number;
}

/** TypeID. Default overflow: `borrow(1_000)`. @throws InvalidOptionError */
export function typeId<Prefix extends string>(options: TypeIdOptions<Prefix>): TypeIdFormat<Prefix> {
  return new TypeIdFormat(options);
}
