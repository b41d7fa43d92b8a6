import { BaseFormat } from '../base-format';
import type { Branded } from '../format';
import type { RandomOptions } from '../generator-options';
import { randomPool, type RandomPool } from '../random-pool';
import { writeHex } from '../text/hex';
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
  private readonly out = new Uint8Array(36).fill(45);

  constructor(options: RandomOptions) {
    super();
    this.pool = randomPool(options.random);
  }

  generate(): UuidV4 {
    const { pool, out } = this;
    const a = pool.next();
    const b = pool.next();
    const c = pool.next();
    const d = pool.next();
    writeHex(out, 0, 8, a);
    writeHex(out, 9, 4, b >>> 16);
    writeHex(out, 14, 4, 0x4000 | (b & 0xfff));
    writeHex(out, 19, 4, 0x8000 | ((c >>> 16) & 0x3fff));
    writeHex(out, 24, 4, c);
    writeHex(out, 28, 8, d);
    return String.fromCharCode(...out) as UuidV4;
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

export function uuidV4(options: RandomOptions = {}): UuidV4Format {
  return new UuidV4Format(options);
}
