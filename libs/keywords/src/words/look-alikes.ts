import { isLatin } from './kind';

/** What is put in the place of a Latin letter: figures, signs, and letters of other alphabets that look the same. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: '@4аαɑᴀ', b: '8вβʙ', c: '¢сϲᴄ', d: 'ԁᴅ', e: '3€еεᴇ', f: 'ꜰ', g: 'ɢɡ', h: 'нһʜ', j: 'јᴊ', k: 'кκᴋĸ', l: '1|!iіιӏıɪʟ', m: 'мᴍ', n: 'ηɴ', o: '0оοօᴏ', p: 'рρᴘ', r: 'ʀ',
  s: '5$ѕꜱ', t: '7тτᴛ', u: 'υᴜ', v: 'νᴠ', w: 'ԝωᴡ', x: 'хχ', y: 'уγʏ', z: 'ᴢ',
};
const LATIN = new Map(Object.entries(LOOK_ALIKES).flatMap(([letter, others]) => Array.from(others, (other) => [other.charCodeAt(0), letter.charCodeAt(0)] as const)));
const [L, I] = [0x6c, 0x69];
const CAPITAL_I = 'I';

/** The same unit for all that look alike; any other is itself. */
export function skeletonOf(unit: number): number {
  return LATIN.get(unit) ?? unit;
}

/** Whether `unit`, written in the source as `original`, may stand for `letter`, when their skeletons are the same. A Latin letter stands for itself: mail is not mall. */
export function standsFor(unit: number, letter: number, original: string): boolean {
  if (unit === letter) return true;
  if (unit === I && letter === L) return original === CAPITAL_I;
  return isLatin(letter) && !isLatin(unit);
}

/** Figures and signs make nearly every word of few letters out of a price: see `Keyword`. */
export function isFigureOrSign(unit: number): boolean {
  return unit < 0x61 || '|€¢'.includes(String.fromCharCode(unit));
}

