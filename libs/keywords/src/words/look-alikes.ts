import { isLatin } from './kind';

/** What is put in the place of a Latin letter: figures, signs, and letters of other alphabets that look the same. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: '@4аαɑ', b: '8вβ', c: 'сϲ', e: '3еε', h: 'нһ', j: 'ј', k: 'кκ', l: '1|!iіιӏı', m: 'м', n: 'η', o: '0оοօ', p: 'рρ', s: '5$ѕ', t: '7тτ', u: 'υ', v: 'ν', w: 'ԝω', x: 'хχ', y: 'уγ',
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
  return unit < 0x61 || unit === 0x7c;
}

