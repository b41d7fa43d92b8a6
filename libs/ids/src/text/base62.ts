import { Alphabet } from './alphabet';
import { digitsAtMost } from './pattern';
import type { TextCodec } from './text-codec';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE62 = new Alphabet(DIGITS, 'base62');

/** `length` digits, at most `max`. There is one spelling only. */
export function base62Codec(length: number, max: string): TextCodec {
  return {
    expected: `${length} digits of base62 (0-9A-Za-z), at most ${max}`,
    pattern: `^${digitsAtMost(DIGITS, max)}$`,
    minLength: length,
    maxLength: length,
    problem: (text) => BASE62.problem(text, length, max),
    toNumber: (text) => BASE62.toValue(text),
    toText: (value) => BASE62.fromValue(value, length),
    canonical: (text) => text,
  };
}

const LIMB = 62 ** 4; // just below 2^24
const PAIR = 62 ** 2;
// Two digits at once: 2 x 3.8 KiB, small enough for the first-level cache.
const PAIR_HIGH = Uint8Array.from({ length: PAIR }, (_, pair) => BASE62.codes[Math.floor(pair / 62)] as number);
const PAIR_LOW = Uint8Array.from({ length: PAIR }, (_, pair) => BASE62.codes[pair % 62] as number);

/**
 * Writes a number of `chunks` x 24 bits in base 62 without a long division: each chunk's weight 2^24i is known in base
 * 62^4, so the digits are sums of products and a carry. All sums stay below 2^53.
 */
export class Base62Writer {
  /** Least significant first, each below 2^24. To be filled by the caller. */
  readonly chunks: Float64Array;
  private readonly weights: Float64Array;

  constructor(
    private readonly count: number,
    private readonly length: number,
  ) {
    this.chunks = new Float64Array(count);
    this.weights = new Float64Array(count * count);
    for (let i = 0; i < count; i++) {
      let weight = 1n << BigInt(24 * i);
      for (let limb = 0; limb < count; limb++, weight /= BigInt(LIMB)) this.weights[limb * count + i] = Number(weight % BigInt(LIMB));
    }
  }

  /** Fills `out` with the digits of `chunks`. */
  write(out: Uint8Array): void {
    const { count, chunks, weights } = this;
    let carry = 0;
    let at = this.length - 1;
    for (let limb = 0; limb < count; limb++) {
      let sum = carry;
      // 2^24i < 62^(4(i + 1)): a chunk below the limb adds nothing to it.
      for (let i = limb; i < count; i++) sum += (chunks[i] as number) * (weights[limb * count + i] as number);
      carry = Math.floor(sum / LIMB);
      const digits = sum - carry * LIMB;
      const high = (digits / PAIR) | 0;
      const low = digits - high * PAIR;
      out[at] = PAIR_LOW[low] as number;
      out[at - 1] = PAIR_HIGH[low] as number;
      // Left of the first digit there are only zeros.
      if (at > 1) out[at - 2] = PAIR_LOW[high] as number;
      if (at > 2) out[at - 3] = PAIR_HIGH[high] as number;
      at -= 4;
    }
  }
}
