/** How figures are written in words, and in letters of other alphabets that look the same. */
const SPELLED: Readonly<Record<string, string>> = {
  '0': '공 영 빵 령 〇 零 zero oh null ㅇ ○ ◯ о ο օ', '1': '일 하나 一 one ㅣ', '2': '이 둘 二 two', '3': '삼 셋 三 three', '4': '사 넷 四 four', '5': '오 다섯 五 five', '6': '육 륙 여섯 六 six б', '7': '칠 일곱 七 seven',
  '8': '팔 여덟 八 eight', '9': '구 아홉 九 nine', '10': 'ten', '11': 'eleven', '12': 'twelve', '13': 'thirteen', '14': 'fourteen', '15': 'fifteen', '16': 'sixteen', '17': 'seventeen', '18': 'eighteen', '19': 'nineteen',
  '20': 'twenty', '30': 'thirty', '40': 'forty', '50': 'fifty', '60': 'sixty', '70': 'seventy', '80': 'eighty', '90': 'ninety',
  // By its initials, and as single letters that have been joined to a syllable: ㅇㅣㅇ.
  '010': 'ㄱㅇㄱ ㄱ일ㄱ 잉',
};
/** What stands for a figure within a word of Latin letters and figures that has nothing else in it: O1O, l234. */
const LATIN_ALIKE: Readonly<Record<string, number>> = { o: 0, q: 0, d: 0, i: 1, l: 1, z: 2, e: 3, s: 5, b: 8, g: 9 };
const AFTER_TENS = /^[\s-]{0,2}(?:one|two|three|four|five|six|seven|eight|nine)(?![a-z])/;
/** "double two". */
const TIMES = /^(double|triple)[\s-]{0,2}/;
/** Four figures as a number: 천이백삼십사, 천사. */
const THOUSANDS = /^([이삼사오육칠팔구]?)천(?:([이삼사오육칠팔구]?)백)?(?:([이삼사오육칠팔구]?)십)?([일이삼사오육칠팔구]?)(?![가-힣]?[천만원개명])/;

export interface Spelling {
  readonly figures: string;
  /** Units that it takes. */
  readonly length: number;
}

/** By the first unit, longest first. */
const BY_FIRST = new Map<string, (readonly [word: string, figures: string])[]>();
for (const [figures, words] of Object.entries(SPELLED)) {
  for (const word of words.split(' ')) BY_FIRST.set(word.charAt(0), [...(BY_FIRST.get(word.charAt(0)) ?? []), [word, figures] as const].toSorted(([a], [b]) => b.length - a.length));
}

/** The figures whose word begins there. */
export function spellingAt(text: string, index: number): Spelling | undefined {
  const times = TIMES.exec(text.slice(index, index + 8));
  if (!times) return wordAt(text, index);
  const [all, how] = times;
  const repeated = wordAt(text, index + all.length);
  return repeated?.figures.length === 1 ? { figures: repeated.figures.repeat(how === 'double' ? 2 : 3), length: all.length + repeated.length } : undefined;
}

function wordAt(text: string, index: number): Spelling | undefined {
  const known = BY_FIRST.get(text.charAt(index))?.find(([word]) => text.startsWith(word, index));
  if (!known) return undefined;
  const [word, figures] = known;
  const tens = word.endsWith('ty') && AFTER_TENS.test(text.slice(index + word.length, index + word.length + 10));
  return { figures: tens ? figures.charAt(0) : figures, length: word.length };
}

export function thousandsAt(text: string, index: number): Spelling | undefined {
  const read = THOUSANDS.exec(text.slice(index, index + 10));
  if (!read) return undefined;
  const [all, thousands, hundreds, tens, ones] = read;
  const figure = (word: string | undefined): string => (word === undefined ? '0' : word === '' ? '1' : (spellingAt(word, 0)?.figures ?? '0'));
  return { figures: figure(thousands) + figure(hundreds) + figure(tens) + (ones ? figure(ones) : '0'), length: all.length };
}

/** @param amongDigits the word has digits, too: without them only O, l and I are plain enough */
export function latinAlike(character: string, amongDigits: boolean): number | undefined {
  return amongDigits || 'oil'.includes(character) ? LATIN_ALIKE[character] : undefined;
}

/** Of a Latin word with figures for letters: zer0. */
export function lettersFor(word: string): string {
  return word.replaceAll('0', 'o').replaceAll('1', 'i').replaceAll('3', 'e').replaceAll('5', 's').replaceAll('4', 'a').replaceAll('7', 't');
}

/** Units that a figure may begin with: 1 of a table of all units. */
export function figureTable(): Uint8Array {
  const table = new Uint8Array(0x1_0000);
  for (const first of [...BY_FIRST.keys(), ...Object.keys(LATIN_ALIKE), '천', '|']) table[first.charCodeAt(0)] = 1;
  return table.fill(1, 0x30, 0x3a);
}
