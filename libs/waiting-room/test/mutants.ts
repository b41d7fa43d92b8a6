/** A sequence of numbers from 0 to 1 that is the same each time (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const OTHERS = `${BASE64URL}.=+/ \n\t~%é`;

/**
 * `count` texts that are not `text`: a character replaced, left out, put in, doubled, in the other case, or swapped with its neighbour, at each place in turn; cut off;
 * lengthened; and with the bits of a part's last character that mean nothing.
 */
export function mutantsOf(text: string, count: number, random: () => number): string[] {
  const pick = (from: string): string => from.charAt(Math.floor(random() * from.length));
  const changes: readonly ((before: string, at: string, after: string) => string)[] = [
    (before, _, after) => before + pick(OTHERS) + after,
    (before, at, after) => before + sameBits(at, Math.floor(random() * 4)) + after,
    (before, _, after) => before + after,
    (before, at, after) => before + pick(OTHERS) + at + after,
    (before, at, after) => before + at + at + after,
    (before, at, after) => before + (at === at.toLowerCase() ? at.toUpperCase() : at.toLowerCase()) + after,
    (before, at, after) => before + after.charAt(0) + at + after.slice(1),
    (before) => before,
    (before, at, after) => before + at + after + pick(OTHERS),
  ];
  const mutants: string[] = [];
  for (let place = 0; mutants.length < count; place += 1) {
    const index = place % text.length;
    const change = changes[Math.floor(random() * changes.length)];
    const mutant = change?.(text.slice(0, index), text.charAt(index), text.slice(index + 1));
    if (mutant !== undefined && mutant !== text) mutants.push(mutant);
  }
  return mutants;
}

/** At the end of a part these decode to the same bytes. */
function sameBits(character: string, low: number): string {
  const value = BASE64URL.indexOf(character);
  return value < 0 ? character : BASE64URL.charAt((value & ~3) | low);
}

/** Each part of the one with the other parts of the other one, of two texts with parts between dots. */
export function crossed(one: string, other: string): string[] {
  const [first, second] = [one.split('.'), other.split('.')];
  return first.flatMap((_, index) => [first.with(index, second[index] ?? ''), second.with(index, first[index] ?? '')].map((parts) => parts.join('.'))).filter((text) => text !== one && text !== other);
}
