import { randomFillSync } from 'node:crypto';
import { compileFunction } from 'node:vm';
import type { Contest, Make } from './candidates.ts';

type Flat = (codes: Uint8Array) => string;

/** What an id costs that does nothing but look at the clock, take its random words from a pool, and become one flat string. */
export function floorOf({ clock, words, length }: Contest['floor']): Make {
  const flat = flatOf(length);
  const codes = new Uint8Array(length).fill(48);
  const pool = new Int32Array(4_096);
  let at = pool.length;
  return () => {
    let mixed = clock ? Date.now() : 0;
    for (let i = 0; i < words; i++) {
      if (at === pool.length) {
        randomFillSync(pool);
        at = 0;
      }
      mixed ^= pool[at++] ?? 0;
    }
    codes[0] = 48 | (mixed & 7);
    return flat(codes);
  };
}

/** One call with all character codes. */
function flatOf(length: number): Flat {
  const codes = Array.from({ length }, (_, i) => `codes[${i}]`);
  return compileFunction(`return String.fromCharCode(${codes.join(', ')});`, ['codes']) as Flat;
}
