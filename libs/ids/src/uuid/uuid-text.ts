import type { IdProblem } from '../errors/invalid-id.error';
import { hexOf } from '../text/hex';

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

/** Capitals (RFC 9562, section 4), `urn:uuid:`, braces. */
export function canonicalUuid(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/^urn:uuid:/, '').replace(/^\{(.*)\}$/, '$1');
}
