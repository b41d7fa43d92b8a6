import type { IdProblem } from '../errors/invalid-id.error';
import { codesOf } from './flat';

/** Digits of a fixed length in ASCII order, so that order of text is order of numbers. */
export class Alphabet {
  /** Character code of each digit. */
  readonly codes: readonly number[];
  /** Digit of each character code below 128, or 255. */
  private readonly digits = new Uint8Array(128).fill(255);
  private readonly base: bigint;

  constructor(
    private readonly characters: string,
    private readonly title: string,
  ) {
    this.codes = codesOf(characters);
    this.codes.forEach((code, digit) => (this.digits[code] = digit));
    this.base = BigInt(characters.length);
  }

  /** What keeps `text` from being `length` digits that are at most `max` (of that length too). */
  problem(text: string, length: number, max: string): IdProblem | undefined {
    if (text.length !== length) return { code: 'ID_LENGTH', reason: `it has ${text.length} characters` };
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127 || this.digits[code] === 255) {
        return { code: 'ID_CHARACTER', reason: `${JSON.stringify(text[i])} at position ${i + 1} is not a digit of ${this.title}` };
      }
    }
    if (text > max) return { code: 'ID_RANGE', reason: `it is greater than ${max}` };
    return undefined;
  }

  /** Of a text without a problem. */
  toValue(text: string): bigint {
    let value = 0n;
    for (let i = 0; i < text.length; i++) value = value * this.base + BigInt(this.digits[text.charCodeAt(i)] as number);
    return value;
  }

  fromValue(value: bigint, length: number): string {
    let text = '';
    let rest = value;
    for (let i = 0; i < length; i++) {
      text = (this.characters[Number(rest % this.base)] as string) + text;
      rest /= this.base;
    }
    return text;
  }
}
