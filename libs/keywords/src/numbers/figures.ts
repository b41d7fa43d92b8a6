import type { NormalText } from '../normalise/normal-text';
import { isLatin } from '../words/kind';
import { figureTable, latinAlike, lettersFor, type Spelling, spellingAt, thousandsAt } from './spelled';

/** How a figure is written. */
export const DIGIT = 0;
export const ALIKE = 1;
export const WORD = 2;

/** What is between a figure and the one before it. */
export const ADJACENT = 0;
export const SEPARATED = 1;
/** Words that say no more than that the number goes on: "공일공 다시 일이삼사". */
export const CONNECTED = 2;
/** Other words, or nothing for long. */
export const PARTED = 3;

/** Fewer figures are no number that anybody could be reached by. */
const FEWEST = 7;
const LONGEST_GAP = 12;
/** Of Latin letters that are figures: twelve of the longest words. */
const LONGEST_WORD = 60;
const BAR = 0x7c;
/** Behind a figure that is told by itself: "공에 일에", "공 다시 일". */
const PARTICLE = /^(?:에|로|은|는|이|요|고|그|다시|다음|대시|하이|빼기|쩜|점|땡)/;
/** Behind 이 they say that it was a 2: "사사공이로", not "5678이에요". */
const ENDS_A_FIGURE = /^(?:로|으로|입니)/;
const SEPARATES = /^[^\p{L}\p{N}\p{M}]*$/u;
const CONNECTS =
  /^(?:[^\p{L}\p{N}\p{M}]|다시|대시|대쉬|빼기|하이픈|작대기|그리고|그\s?다음에?|다음에?은?|뒤에?는?|앞에?는?|가운데는?|중간은?|끝은?|마지막은?|이고요?|이구요?|이요|이랑|하고|에서?|에다가?|로|고|요|는|은|쩜|점|땡|콤마|슬래시|dash|hyphen|minus|then|and|dot|point|space|comma|slash|next)*$/u;

const mayBegin = figureTable();

/** All that can be read as figures in a text, with what is between them. Whether they are a number is for others to say. */
export class Figures {
  count = 0;
  readonly values: number[] = [];
  readonly kinds: number[] = [];
  /** Units of the normal text. */
  readonly froms: number[] = [];
  readonly tos: number[] = [];
  /** Of each, what is before it: of the first, PARTED. */
  readonly gaps: number[] = [];
  text = '';

  read(normal: NormalText): this {
    this.count = 0;
    if (!isWorthReading(normal)) return this;
    this.text = normal.text;
    const { text } = this;
    for (let index = 0; index < text.length; ) {
      const unit = text.charCodeAt(index);
      if (isDigit(unit) || isLatin(unit)) index = this.#readAlphanumeric(index);
      else if (mayBegin[unit] === 1) index = this.#readSpelled(index);
      else index++;
    }
    return this;
  }

  slice(from: number, to: number): string {
    return this.values.slice(from, to).join('');
  }

  /** A word of Latin letters and figures is all figures, or only its digits are. */
  #readAlphanumeric(start: number): number {
    const { text } = this;
    let end = start;
    let letters = 0;
    for (; end < text.length; end++) {
      const unit = text.charCodeAt(end);
      if (isLatin(unit)) letters++;
      else if (!isDigit(unit) && !(unit === BAR && isBarFigure(text, end))) break;
    }
    const before = this.count;
    if (letters > 0 && letters <= LONGEST_WORD) {
      const read = this.#readWords(start, end);
      if (read > 0) return read;
    }
    this.count = before;
    for (let index = start; index < end; index++) {
      const unit = text.charCodeAt(index);
      if (isDigit(unit)) this.#add(unit - 0x30, DIGIT, index, index + 1);
      else if (letters === 0) this.#add(1, ALIKE, index, index + 1);
    }
    return end;
  }

  /** @returns where the figures end; 0 if there is anything else before `end` */
  #readWords(start: number, end: number): number {
    const { text } = this;
    const plain = lettersFor(text.slice(start, end + LONGEST_WORD));
    const amongDigits = /\d/.test(text.slice(start, end));
    let index = start;
    while (index < end) {
      const unit = text.charCodeAt(index);
      const spelled = spellingAt(plain, index - start);
      const alike = unit === BAR ? 1 : latinAlike(text.charAt(index), amongDigits);
      if (spelled && spelled.length > 1) this.#addAll(spelled, index, (index += spelled.length));
      else if (isDigit(unit)) this.#add(unit - 0x30, DIGIT, index, ++index);
      else if (alike !== undefined) this.#add(alike, ALIKE, index, ++index);
      else return 0;
    }
    return index;
  }

  #readSpelled(index: number): number {
    const { text } = this;
    if (text.charCodeAt(index) === BAR) {
      if (isBarFigure(text, index)) this.#add(1, ALIKE, index, index + 1);
      return index + 1;
    }
    const goesOn = this.count >= 3 && index - (this.tos[this.count - 1] ?? 0) <= LONGEST_GAP;
    const spelled = (goesOn && thousandsAt(text, index)) || spellingAt(text, index);
    if (!spelled) return index + 1;
    const end = index + spelled.length;
    if (!this.#isOfAnotherWord(index, end)) this.#addAll(spelled, index, end);
    return end;
  }

  /** "5678이에요", "5678 이체해요": a syllable before one that is no figure is part of another word, but for 팔 in "5678로", "오육칠팔입니다". */
  #isOfAnotherWord(start: number, end: number): boolean {
    const { text } = this;
    if (end - start > 1 || !isSyllable(text.charAt(end)) || spellingAt(text, end)) return false;
    if (this.count === 0 || this.tos[this.count - 1] !== start) return isSyllable(text.charAt(start)) && !PARTICLE.test(text.slice(end, end + 2));
    return text.charAt(start) === '이' && !ENDS_A_FIGURE.test(text.slice(end, end + 2));
  }

  #addAll({ figures }: Spelling, from: number, to: number): void {
    for (let i = 0; i < figures.length; i++) this.#add(figures.charCodeAt(i) - 0x30, WORD, i === 0 ? from : to, to);
  }

  #add(value: number, kind: number, from: number, to: number): void {
    const at = this.count++;
    this.values[at] = value;
    this.kinds[at] = kind;
    this.froms[at] = from;
    this.tos[at] = to;
    this.gaps[at] = at === 0 ? PARTED : gapOf(this.text, this.tos[at - 1] ?? 0, from);
  }
}

function gapOf(text: string, from: number, to: number): number {
  if (to === from) return ADJACENT;
  if (to - from > LONGEST_GAP) return PARTED;
  const between = text.slice(from, to);
  if (SEPARATES.test(between)) return SEPARATED;
  return CONNECTS.test(between) ? CONNECTED : PARTED;
}

function isWorthReading({ units, length }: NormalText): boolean {
  let seen = 0;
  for (let index = 0; index < length && seen < FEWEST; index++) seen += mayBegin[units[index] ?? 0] ?? 0;
  return seen === FEWEST;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** `|` separates, but beside what else stands for a figure, and behind a 0 that begins: o|o, ||22, 0|0. */
function isBarFigure(text: string, index: number): boolean {
  return /[oㅇl|]/.test(text.charAt(index - 1) + text.charAt(index + 1)) || (text.charAt(index - 1) === '0' && !/[\p{L}\p{N}|]/u.test(text.charAt(index - 2)));
}

function isSyllable(character: string): boolean {
  return character >= '가' && character <= '힣';
}
