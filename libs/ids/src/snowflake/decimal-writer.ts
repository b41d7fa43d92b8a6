import { at, codesOf } from '../text/flat';

const SEVEN = 10_000_000;
/** From here on a number has 11 digits in front of the lowest seven. */
const ELEVEN = 1e10;
const TWELVE = 1e11;

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
    let lower = rest - carried * SEVEN;
    // Ids of 2010 and the first years after an epoch are shorter: rare, and never many at once.
    if (upper < ELEVEN) return String(BigInt(upper) * BigInt(SEVEN) + BigInt(lower));
    const { digits: d } = this;
    if (upper !== this.upper) this.keep(upper);
    const g = lower % 10;
    lower = (lower / 10) | 0;
    const f = lower % 10;
    lower = (lower / 10) | 0;
    const e = lower % 10;
    lower = (lower / 10) | 0;
    const h = lower % 10;
    lower = (lower / 10) | 0;
    const k = lower % 10;
    lower = (lower / 10) | 0;
    const b = lower % 10;
    const a = (lower / 10) | 0;
    if (upper < TWELVE) {
      return String.fromCharCode(
        at(d, 1), at(d, 2), at(d, 3), at(d, 4), at(d, 5), at(d, 6), at(d, 7), at(d, 8), at(d, 9), at(d, 10), at(d, 11),
        48 + a, 48 + b, 48 + k, 48 + h, 48 + e, 48 + f, 48 + g,
      );
    }
    if (upper >= 1e12) return String(BigInt(upper) * BigInt(SEVEN) + BigInt(rest - carried * SEVEN));
    return String.fromCharCode(
      at(d, 0), at(d, 1), at(d, 2), at(d, 3), at(d, 4), at(d, 5), at(d, 6), at(d, 7), at(d, 8), at(d, 9), at(d, 10), at(d, 11),
      48 + a, 48 + b, 48 + k, 48 + h, 48 + e, 48 + f, 48 + g,
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
