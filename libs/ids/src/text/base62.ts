import { Alphabet } from './alphabet';
import { codesOf } from './flat';
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
 * 62^4, so the digits are sums of products and a carry. The upper chunks (time, upper bits of a counter) are the same in
 * many ids: what they add is kept, and so are the digits that only they decide.
 */
export class Base62Writer {
  /** Least significant first, each below 2^24. To be filled by the caller. */
  readonly chunks: Float64Array;
  /** Character codes of all digits. */
  readonly out: number[];
  private readonly weights: Float64Array;
  /** In base 62^4, what the upper chunks add; in the lower limbs 1/2 more. */
  private readonly kept: Float64Array;
  private carried = 0;

  /** @param lower how many of the `count` chunks may change with each id, at most 7: the sums then stay below 2^51, as `write` needs it */
  constructor(
    private readonly count: number,
    private readonly length: number,
    private readonly lower: number,
  ) {
    this.chunks = new Float64Array(count);
    this.out = codesOf('0'.repeat(length));
    this.kept = new Float64Array(count);
    this.weights = new Float64Array(count * count);
    for (let i = 0; i < count; i++) {
      let weight = 1n << BigInt(24 * i);
      for (let limb = 0; limb < count; limb++, weight /= BigInt(LIMB)) this.weights[limb * count + i] = Number(weight % BigInt(LIMB));
    }
  }

  /** To be called when an upper chunk has changed. */
  keepUpper(): void {
    const { count, chunks, weights, lower, kept } = this;
    let carry = 0;
    for (let limb = 0; limb < count; limb++) {
      let sum = carry;
      for (let i = lower; i < count; i++) sum += (chunks[i] as number) * (weights[limb * count + i] as number);
      carry = Math.floor(sum / LIMB);
      kept[limb] = sum - carry * LIMB + (limb < lower ? 0.5 : 0);
    }
    this.writeUpper(0);
  }

  /** The digits of `chunks`, in `out`. */
  write(): readonly number[] {
    const { count, chunks, weights, lower, kept, out } = this;
    let carry = 0;
    for (let limb = 0, at = this.length - 4; limb < lower; limb++, at -= 4) {
      let products = kept[limb] as number;
      // 2^24i < 62^(4(i + 1)): a chunk below the limb adds nothing to it.
      for (let i = limb; i < lower; i++) products += (chunks[i] as number) * (weights[limb * count + i] as number);
      const sum = products + carry; // last, for the others need not wait for it
      // No division, for the next limb waits for it. The 1/2 in the sum keeps the product further from a whole number than it can be wrong.
      carry = Math.floor(sum * (1 / LIMB));
      const digits = (sum - carry * LIMB) | 0;
      const high = (digits / PAIR) | 0;
      const low = digits - high * PAIR;
      out[at] = PAIR_HIGH[high] as number;
      out[at + 1] = PAIR_LOW[high] as number;
      out[at + 2] = PAIR_HIGH[low] as number;
      out[at + 3] = PAIR_LOW[low] as number;
    }
    if (carry !== this.carried) this.writeUpper(carry);
    return out;
  }

  private writeUpper(carry: number): void {
    const { count, lower, kept, out } = this;
    let at = this.length - 1 - 4 * lower;
    let sum = carry;
    for (let limb = lower; limb < count; limb++) {
      sum += kept[limb] as number;
      let rest = sum % LIMB;
      // Left of the first digit there are only zeros.
      for (const end = Math.max(at - 4, -1); at > end; at--) {
        out[at] = BASE62.codes[rest % 62] as number;
        rest = Math.floor(rest / 62);
      }
      sum = sum < LIMB ? 0 : 1;
    }
    this.carried = carry;
  }
}
