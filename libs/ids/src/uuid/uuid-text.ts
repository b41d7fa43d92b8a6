import type { IdProblem } from '../errors/invalid-id.error';
import { at } from '../text/flat';
import { HEX, hexOf } from '../text/hex';
import type { TextCodec } from '../text/text-codec';

const TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const LENGTH = 36;

/** What keeps a text from being a UUID in small letters (RFC 9562, section 4), of `version` and of the RFC's variant if a version is given. */
export function uuidProblem(text: string, version?: string): IdProblem | undefined {
  if (text.length !== LENGTH) return { code: 'ID_LENGTH', reason: `it has ${text.length} characters` };
  if (!TEXT.test(text)) return { code: 'ID_CHARACTER', reason: 'it is not 8-4-4-4-12 hexadecimal digits in small letters' };
  if (version === undefined) return undefined;
  if (text[14] !== version) return { code: 'ID_VERSION', reason: `its version is ${text[14]}` };
  if (!'89ab'.includes(text[19] as string)) return { code: 'ID_VARIANT', reason: `its variant is not that of RFC 9562 (character 20 is ${text[19]}, not 8, 9, a or b)` };
  return undefined;
}

export function uuidToNumber(text: string): bigint {
  return BigInt(`0x${text.replaceAll('-', '')}`);
}

export function numberToUuid(value: bigint): string {
  return hexOf(value, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Capitals (RFC 9562, section 4), `urn:uuid:`, braces, no dashes. */
export function canonicalUuid(text: string): string {
  const bare = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/^urn:uuid:/, '').replace(/^\{(.*)\}$/, '$1');
  return bare.replace(/^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/, '$1-$2-$3-$4-$5');
}

/** UUIDs of one version, in small letters. */
export function uuidCodec(version: '4' | '6' | '7'): TextCodec {
  return {
    expected: `xxxxxxxx-xxxx-${version}xxx-[89ab]xxx-xxxxxxxxxxxx in small hexadecimal digits`,
    pattern: `^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
    minLength: LENGTH,
    maxLength: LENGTH,
    problem: (text) => uuidProblem(text, version),
    toNumber: uuidToNumber,
    toText: numberToUuid,
    canonical: canonicalUuid,
  };
}

/** The text of four words of 32 bits, the most significant first; signed or not. */
export function uuidOfWords(a: number, b: number, d: number, e: number): string {
  const h = HEX;
  return String.fromCharCode(
    at(h, a >>> 28), at(h, (a >>> 24) & 15), at(h, (a >>> 20) & 15), at(h, (a >>> 16) & 15),
    at(h, (a >>> 12) & 15), at(h, (a >>> 8) & 15), at(h, (a >>> 4) & 15), at(h, a & 15), 45,
    at(h, b >>> 28), at(h, (b >>> 24) & 15), at(h, (b >>> 20) & 15), at(h, (b >>> 16) & 15), 45,
    at(h, (b >>> 12) & 15), at(h, (b >>> 8) & 15), at(h, (b >>> 4) & 15), at(h, b & 15), 45,
    at(h, d >>> 28), at(h, (d >>> 24) & 15), at(h, (d >>> 20) & 15), at(h, (d >>> 16) & 15), 45,
    at(h, (d >>> 12) & 15), at(h, (d >>> 8) & 15), at(h, (d >>> 4) & 15), at(h, d & 15),
    at(h, e >>> 28), at(h, (e >>> 24) & 15), at(h, (e >>> 20) & 15), at(h, (e >>> 16) & 15),
    at(h, (e >>> 12) & 15), at(h, (e >>> 8) & 15), at(h, (e >>> 4) & 15), at(h, e & 15),
  );
}
