export const SEPARATOR = 0;
export const LETTER = 1;
/** `@ $ € ¢ | !`: stand for letters beside Latin ones, and separate elsewhere. */
export const STANDS_IN = 2;
/** Half of a pair: ask `isLetter` of the whole. */
export const SURROGATE = 3;

const IS_LETTER = /[\p{L}\p{N}\p{M}]/u;
let kinds: Uint8Array | undefined;

/** What each unit is, in words. */
export function kindTable(): Uint8Array {
  return (kinds ??= Uint8Array.from({ length: 0x1_0000 }, (_, unit) => kindOf(unit)));
}

function kindOf(unit: number): number {
  const character = String.fromCharCode(unit);
  if ('@$€¢|!'.includes(character)) return STANDS_IN;
  if (unit >= 0xd800 && unit < 0xe000) return SURROGATE;
  return isLetter(character) ? LETTER : SEPARATOR;
}

export function isLetter(character: string): boolean {
  return IS_LETTER.test(character);
}

export function isLatin(unit: number | undefined): boolean {
  return unit !== undefined && unit >= 0x61 && unit <= 0x7a;
}
