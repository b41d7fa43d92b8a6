import { skeletonOf } from '../words/look-alikes';

/** Single syllables and characters that are read as a figure. */
const SPOKEN = new Map(
  ['공영령빵〇零', '일一壹', '이二', '삼三', '사四', '오五', '육륙六', '칠七', '팔八', '구九'].flatMap((syllables, figure) => Array.from(syllables, (syllable) => [syllable.charCodeAt(0), figure] as const)),
);
/** Counting words of Korean, and the figures of English in letters. */
const WORDS: readonly (readonly [word: string, figure: number])[] = [
  ['하나', 1], ['둘', 2], ['셋', 3], ['넷', 4], ['다섯', 5], ['여섯', 6], ['일곱', 7], ['여덟', 8], ['아홉', 9],
  ['zero', 0], ['one', 1], ['two', 2], ['three', 3], ['four', 4], ['five', 5], ['six', 6], ['seven', 7], ['eight', 8], ['nine', 9], ['oh', 0],
];
const skeletons = (word: string): number[] => Array.from(word, (_, i) => skeletonOf(word.charCodeAt(i)));
const WORDS_BY_FIRST_UNIT = Map.groupBy(WORDS.map(([word, figure]) => ({ letters: skeletons(word), figure })), ({ letters }) => letters[0] ?? 0);
const LOOK_ALIKES: Readonly<Record<string, number>> = { o: 0, ㅇ: 0, о: 0, ο: 0, l: 1, i: 1, '|': 1, '!': 1, ㅣ: 1, б: 6 };
const LOOK_ALIKE = new Map(Object.entries(LOOK_ALIKES).map(([character, figure]) => [character.charCodeAt(0), figure]));

export function spokenFigure(unit: number): number | undefined {
  return SPOKEN.get(unit);
}

export function lookAlikeFigure(unit: number): number | undefined {
  return LOOK_ALIKE.get(unit);
}

/** The word that begins at `at`, its figure and its length; zer0 is one. */
export function figureWordAt(units: Uint16Array, at: number, end: number): { figure: number; length: number } | undefined {
  const candidates = WORDS_BY_FIRST_UNIT.get(skeletonOf(units[at] ?? 0));
  if (!candidates) return undefined;
  for (const { letters, figure } of candidates) {
    if (at + letters.length <= end && letters.every((letter, i) => letter === skeletonOf(units[at + i] ?? 0))) return { figure, length: letters.length };
  }
  return undefined;
}

export function hardFigure(unit: number): number | undefined {
  return unit >= 0x30 && unit <= 0x39 ? unit - 0x30 : undefined;
}

/** A telephone number has nine figures at least; each of them, in whatever writing, has one of these units. */
const LEAST_FIGURES = 9;
const PART_OF_A_FIGURE = Uint8Array.from({ length: 0x1_0000 }, (_, unit) => Number(hardFigure(unit) !== undefined || spokenFigure(unit) !== undefined || LOOK_ALIKE.has(unit) || '둘셋넷섯곱덟홉나oei'.includes(String.fromCharCode(unit))));

/** A look that lets most messages pass. */
export function mayHoldANumber(units: Uint16Array, length: number): boolean {
  let parts = 0;
  for (let i = 0; i < length; i++) parts += PART_OF_A_FIGURE[units[i] ?? 0] ?? 0;
  return parts >= LEAST_FIGURES;
}
