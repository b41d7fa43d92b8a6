import { Alphabet } from './alphabet';
import { digitsAtMost } from './pattern';
import type { TextCodec } from './text-codec';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Crockford's base32 (https://www.crockford.com/base32.html): no I, L, O, U. */
export const CROCKFORD = new Alphabet(DIGITS, 'Crockford base32 (capitals)');
/** As TypeID spells it. */
export const CROCKFORD_LOWER = new Alphabet('0123456789abcdefghjkmnpqrstvwxyz', 'Crockford base32 (small letters)');

/** What Crockford lets a reader accept: small letters, O for 0, I and L for 1. */
function canonicalCrockford(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase()).replaceAll('O', '0').replace(/[IL]/g, '1');
}

/** `length` digits in capitals, at most `max`. */
export function crockfordCodec(length: number, max: string): TextCodec {
  return {
    expected: `${length} digits of Crockford base32 in capitals, at most ${max}`,
    pattern: `^${digitsAtMost(DIGITS, max)}$`,
    minLength: length,
    maxLength: length,
    problem: (text) => CROCKFORD.problem(text, length, max),
    toNumber: (text) => CROCKFORD.toValue(text),
    toText: (value) => CROCKFORD.fromValue(value, length),
    canonical: canonicalCrockford,
  };
}

/** Writes the lowest `length` * 5 bits (at most 30) of `value` as digits, most significant first. */
export function writeBase32(out: number[], at: number, length: number, value: number, codes: readonly number[]): void {
  let rest = value;
  for (let i = at + length - 1; i >= at; i--) {
    out[i] = codes[rest & 31] as number;
    rest >>>= 5;
  }
}

/** Writes a time of up to 50 bits as ten digits. */
export function writeBase32Time(out: number[], at: number, time: number, codes: readonly number[]): void {
  writeBase32(out, at, 5, Math.floor(time / 0x200_0000), codes);
  writeBase32(out, at + 5, 5, time % 0x200_0000, codes);
}
