import { BaseFormat } from '../base-format';
import type { Branded } from '../format';
import type { RandomOptions } from '../generator-options';
import { randomPool, type RandomPool } from '../random-pool';
import { uuidCodec, uuidOfWords } from './uuid-text';

export type UuidV4 = Branded<'uuidv4'>;

/** RFC 9562, section 5.4: 122 random bits. For comparison: no time, no order, and an index that it scatters over. */
export class UuidV4Format extends BaseFormat<UuidV4> {
  readonly name = 'uuidv4';
  readonly byteLength = 16;
  protected readonly codec = uuidCodec('4');
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
    return uuidOfWords(pool.next(), (pool.next() & 0xffff_0fff) | 0x4000, (pool.next() & 0x3fff_ffff) | 0x8000_0000, pool.next()) as UuidV4;
  }
}

export function uuidV4(options: RandomOptions = {}): UuidV4Format {
  return new UuidV4Format(options);
}
