import { codesOf } from './flat';

/** Character code of each hexadecimal digit, small letters. */
export const HEX: readonly number[] = codesOf('0123456789abcdef');

/** Digits of an unsigned number, padded to the length of its bytes. */
export function hexOf(value: bigint, byteLength: number): string {
  return value.toString(16).padStart(byteLength * 2, '0');
}
