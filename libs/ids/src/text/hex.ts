/** Character code of each hexadecimal digit, small letters. */
export const HEX = Uint8Array.from('0123456789abcdef', (character) => character.charCodeAt(0));

/** Writes the lowest `length` * 4 bits (at most 32) of `value`, most significant first. */
export function writeHex(out: Uint8Array, at: number, length: number, value: number): void {
  let rest = value;
  for (let i = at + length - 1; i >= at; i--) {
    out[i] = HEX[rest & 15] as number;
    rest >>>= 4;
  }
}

/** Digits of an unsigned number, padded to the length of its bytes. */
export function hexOf(value: bigint, byteLength: number): string {
  return value.toString(16).padStart(byteLength * 2, '0');
}
