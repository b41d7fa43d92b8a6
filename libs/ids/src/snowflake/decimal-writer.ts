import { at, codesOf } from '../text/flat';

const SEVEN = 10_000_000;
/** From here on a number has 11 digits in front of the lowest seven. */
const ELEVEN = 1e10;
const TWELVE = 1e11;
const THIRTEEN = 1e12;

/** Writes time * scale + low in decimal without BigInt, as one flat string. */
export class DecimalWriter {
  private readonly digits = codesOf('0'.repeat(12));
  private upper = -1;

  /** @param scale at most 2^29, so that all products below stay exact */
  constructor(private readonly scale: number) {}

  /** @param time below 2^42 @param low below `scale` */
  write(time: number, low: number): string {
    const millions = Math.floor(time / SEVEN);
    const rest = (time - millions * SEVEN) * this.scale + low;
    const carried = Math.floor(rest / SEVEN);
    const upper = millions * this.scale + carried;
    const lower = (rest - carried * SEVEN) | 0; // an integer also to V8, whose remainders of doubles are slow
    // Ids of 2010 and the first years after an epoch are shorter, those far in the future longer: rare, and never many at once.
    if (upper < ELEVEN || upper >= THIRTEEN) return String(BigInt(upper) * BigInt(SEVEN) + BigInt(lower));
    const { digits: d } = this;
    if (upper !== this.upper) this.keep(upper);
    // Three digits and four: none of them waits for all others.
    const left = (lower / 10_000) | 0;
    const right = lower - left * 10_000;
    const left2 = (left / 10) | 0;
    const left1 = (left2 / 10) | 0;
    const right3 = (right / 10) | 0;
    const right2 = (right3 / 10) | 0;
    const right1 = (right2 / 10) | 0;
    if (upper < TWELVE) {
      return String.fromCharCode(
        at(d, 1), at(d, 2), at(d, 3), at(d, 4), at(d, 5), at(d, 6), at(d, 7), at(d, 8), at(d, 9), at(d, 10), at(d, 11),
        48 + left1, 48 + left2 - left1 * 10, 48 + left - left2 * 10,
        48 + right1, 48 + right2 - right1 * 10, 48 + right3 - right2 * 10, 48 + right - right3 * 10,
      );
    }
    return String.fromCharCode(
      at(d, 0), at(d, 1), at(d, 2), at(d, 3), at(d, 4), at(d, 5), at(d, 6), at(d, 7), at(d, 8), at(d, 9), at(d, 10), at(d, 11),
      48 + left1, 48 + left2 - left1 * 10, 48 + left - left2 * 10,
      48 + right1, 48 + right2 - right1 * 10, 48 + right3 - right2 * 10, 48 + right - right3 * 10,
    );
  }

  /** The digits in front change every few ids only. */
  private keep(upper: number): void {
    let left = upper;
    for (let i = 11; i >= 0; i--) {
      const next = Math.floor(left / 10);
      this.digits[i] = (48 + left - next * 10) | 0; // without it V8 makes the array one of doubles, and `at` slow for all formats
      left = next;
    }
    this.upper = upper;
  }
}
