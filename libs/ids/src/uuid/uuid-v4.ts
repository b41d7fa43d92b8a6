import { BaseFormat } from '../base-format';
import type { Branded } from '../format';
import type { RandomOptions } from '../generator-options';
import { randomPool, type RandomPool } from '../random-pool';
import { HEX } from '../text/hex';
import { canonicalUuid, numberToUuid, uuidProblem, uuidToNumber } from './uuid-text';

export type UuidV4 = Branded<'uuidv4'>;

/** RFC 9562, section 5.4: 122 random bits. For comparison: no time, no order, and an index that it scatters over. */
export class UuidV4Format extends BaseFormat<UuidV4> {
  readonly name = 'uuidv4';
  readonly byteLength = 16;
  protected readonly expected = 'xxxxxxxx-xxxx-4xxx-[89ab]xxx-xxxxxxxxxxxx in small hexadecimal digits';
  protected readonly fields = [
    { name: 'random_a', bits: 48, meaning: 'random', hex: true },
    { name: 'version', bits: 4, meaning: 'always 4' },
    { name: 'random_b', bits: 12, meaning: 'random', hex: true },
    { name: 'variant', bits: 2, meaning: 'always 2 (RFC 9562)' },
    { name: 'random_c', bits: 62, meaning: 'random', hex: true },
  ];
  private readonly pool: RandomPool;

  constructor(options: RandomOptions) {
    super();
    this.pool = randomPool(options.random);
  }

  generate(): UuidV4 {
    const { pool } = this;
    const h = HEX;
    const a = pool.next();
    const b = pool.next();
    const e = pool.next();
    const d = pool.next();
    return String.fromCharCode(
      c(h, a >>> 28), c(h, (a >>> 24) & 15), c(h, (a >>> 20) & 15), c(h, (a >>> 16) & 15),
      c(h, (a >>> 12) & 15), c(h, (a >>> 8) & 15), c(h, (a >>> 4) & 15), c(h, a & 15), 45,
      c(h, b >>> 28), c(h, (b >>> 24) & 15), c(h, (b >>> 20) & 15), c(h, (b >>> 16) & 15), 45,
      52, c(h, (b >>> 8) & 15), c(h, (b >>> 4) & 15), c(h, b & 15), 45,
      c(h, 8 | (e >>> 30)), c(h, (e >>> 24) & 15), c(h, (e >>> 20) & 15), c(h, (e >>> 16) & 15), 45,
      c(h, (e >>> 12) & 15), c(h, (e >>> 8) & 15), c(h, (e >>> 4) & 15), c(h, e & 15),
      c(h, d >>> 28), c(h, (d >>> 24) & 15), c(h, (d >>> 20) & 15), c(h, (d >>> 16) & 15),
      c(h, (d >>> 12) & 15), c(h, (d >>> 8) & 15), c(h, (d >>> 4) & 15), c(h, d & 15),
    ) as UuidV4;
  }

  protected problem(text: string) {
    return uuidProblem(text, '4');
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
}

function c(codes: Uint8Array, index: number): number {
  return codes[index] as number;
}

export function uuidV4(options: RandomOptions = {}): UuidV4Format {
  return new UuidV4Format(options);
}
