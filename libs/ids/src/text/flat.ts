// One call for all characters makes one flat string; joined pieces would be a rope, which is flattened when somebody reads it.

/** Plain arrays: V8 reads small integers out of them faster than out of a Uint8Array. */
export function codesOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** The element of an index that is known to be there. */
export function at(codes: readonly number[], index: number): number {
  return codes[index] as number;
}

/** The first 13 character codes as a string. */
export function flat13(o: readonly number[]): string {
  return String.fromCharCode(
    at(o, 0), at(o, 1), at(o, 2), at(o, 3), at(o, 4), at(o, 5), at(o, 6), at(o, 7), at(o, 8), at(o, 9), at(o, 10), at(o, 11), at(o, 12),
  );
}

/** The first 22. */
export function flat22(o: readonly number[]): string {
  return String.fromCharCode(
    at(o, 0), at(o, 1), at(o, 2), at(o, 3), at(o, 4), at(o, 5), at(o, 6), at(o, 7), at(o, 8), at(o, 9), at(o, 10),
    at(o, 11), at(o, 12), at(o, 13), at(o, 14), at(o, 15), at(o, 16), at(o, 17), at(o, 18), at(o, 19), at(o, 20), at(o, 21),
  );
}

/** The first 26. */
export function flat26(o: readonly number[]): string {
  return String.fromCharCode(
    at(o, 0), at(o, 1), at(o, 2), at(o, 3), at(o, 4), at(o, 5), at(o, 6), at(o, 7), at(o, 8), at(o, 9), at(o, 10), at(o, 11), at(o, 12),
    at(o, 13), at(o, 14), at(o, 15), at(o, 16), at(o, 17), at(o, 18), at(o, 19), at(o, 20), at(o, 21), at(o, 22), at(o, 23), at(o, 24), at(o, 25),
  );
}

/** The first 27. */
export function flat27(o: readonly number[]): string {
  return String.fromCharCode(
    at(o, 0), at(o, 1), at(o, 2), at(o, 3), at(o, 4), at(o, 5), at(o, 6), at(o, 7), at(o, 8), at(o, 9), at(o, 10), at(o, 11), at(o, 12), at(o, 13),
    at(o, 14), at(o, 15), at(o, 16), at(o, 17), at(o, 18), at(o, 19), at(o, 20), at(o, 21), at(o, 22), at(o, 23), at(o, 24), at(o, 25), at(o, 26),
  );
}

/** All, however many. The functions above take a fifth less time. */
export function flat(codes: readonly number[]): string {
  return String.fromCharCode(...codes);
}
