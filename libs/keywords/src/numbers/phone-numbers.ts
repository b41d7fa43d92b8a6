import { ADJACENT, CONNECTED, DIGIT, type Figures, PARTED, SEPARATED, WORD } from './figures';

/** A number that was read: units of the normal text, from and up to. */
export interface ReadNumber {
  readonly from: number;
  readonly to: number;
}

type Part = readonly [from: number, to: number];

/** Between the parts of a number that are each whole: "010 그 다음이 1234 …". */
const LONGEST_FILLER = 20;
const MOST_SKIPPED = 3;
const CONTEXT = 20;
const CALLS = /전화|연락|폰\s?번|핸폰|핸드폰|휴대폰|휴대전화|문자|통화|콜\s?(?:주|백|해|미)|번호요|팩스|안심번호|☎|📞|\b(?:call|text|txt|phone|ring|mobile|cell|tel|fax)\b/;
const OTHER_NUMBER = /주문|운송장|송장|접수|예약|모델|상품|인증|등록|계좌|order|tracking|invoice|serial|model|isbn/;
const TIME_OR_SHARE = /[:/,~]/;
/** Sizes have spaces. */
const SIGNS_OF_GROUPS = /[-.)]/;

/** Numbers that somebody can be called at: Korean ones, with +82 too; other countries' behind a +; the grouping of North America. */
export class PhoneNumbers {
  readonly #figures: Figures;

  constructor(figures: Figures) {
    this.#figures = figures;
  }

  all(): ReadNumber[] {
    const found: ReadNumber[] = [];
    for (let start = 0; start < this.#figures.count; ) {
      const length = this.#lengthAt(start);
      const end = length > 0 ? start + length : this.#partsAt(start).at(-1)?.[1];
      if (end === undefined) start++;
      else {
        found.push({ from: this.#figures.froms[start] ?? 0, to: this.#figures.tos[end - 1] ?? 0 });
        start = end;
      }
    }
    return found;
  }

  /** Three whole groups with other words between: "010, then 1234, last 5678", also with the 010 behind. */
  #partsAt(start: number): readonly Part[] {
    for (const lengths of [[3, 4, 4], [4, 4, 3]]) {
      const parts = this.#groupsFrom(start, lengths);
      if (parts.some(([from, to]) => this.#figures.slice(from, to) === '010') && parts.at(-1)) return lengths[0] === 3 && this.#figures.slice(start, start + 3) !== '010' ? [] : parts;
    }
    return [];
  }

  #groupsFrom(start: number, lengths: readonly number[]): readonly Part[] {
    const parts: Part[] = [];
    let at = start;
    for (const length of lengths) {
      const from = this.#nextGroup(at, length, parts.at(-1)?.[1]);
      if (from === undefined) return [];
      at = from + length;
      parts.push([from, at]);
    }
    return parts;
  }

  /** Words between may be read as figures: "last four 1234". They are passed over, before a group of digits. */
  #nextGroup(start: number, length: number, behind: number | undefined): number | undefined {
    const { froms, tos, kinds, count } = this.#figures;
    const skips = behind === undefined ? 0 : MOST_SKIPPED;
    for (let at = start; at < count && at <= start + skips; at++) {
      if (behind !== undefined && (froms[at] ?? 0) - (tos[behind - 1] ?? 0) > LONGEST_FILLER) return undefined;
      if (this.#isGroup(at, length)) return at;
      if (kinds[at] !== WORD) return undefined;
    }
    return undefined;
  }

  #isGroup(start: number, length: number): boolean {
    const { gaps, kinds, count } = this.#figures;
    if (start + length > count) return false;
    for (let i = start + 1; i < start + length; i++) if (gaps[i] !== ADJACENT) return false;
    const parted = (at: number): boolean => at >= count || gaps[at] !== ADJACENT || kinds[at] !== kinds[at - 1];
    return parted(start) && parted(start + length);
  }

  /** @returns the number of figures of the phone number that begins there; 0 if none does */
  #lengthAt(start: number): number {
    if (!this.#beginsAt(start)) return 0;
    const begin = this.#figures.slice(start, start + 7);
    if (/^0?0?8201|^0?0?821/.test(begin)) {
      const prefix = begin.indexOf('82') + 2;
      const mobile = this.#figures.values[start + prefix] === 0 ? prefix + 1 : prefix;
      if (/^1[016789]/.test(this.#figures.slice(start + mobile, start + mobile + 2)) && this.#isWhole(start, mobile + 10)) return mobile + 10;
    }
    if (this.#followsPlus(start)) return this.#international(start);
    if (begin.startsWith('010')) return this.#mobile(start, 11);
    if (/^01[16789]/.test(begin)) return this.#mobile(start, 11) || (this.#cutAt(start, 3) ? this.#mobile(start, 10) : 0);
    if (begin.startsWith('02')) return this.#landline(start, 2);
    const landline = /^0(?:[3-6][1-5]|70|80)/.test(begin) ? 3 : /^050\d/.test(begin) ? 4 : 0;
    if (landline > 0 && this.#landline(start, landline) > 0) return this.#landline(start, landline);
    if (/^07\d/.test(begin)) return this.#isWhole(start, 11) && this.#isNear(CALLS, start, 11) ? 11 : 0;
    return this.#northAmerican(start) || this.#nearCall(start);
  }

  #mobile(start: number, length: number): number {
    return this.#isWhole(start, length) && (this.#cutAt(start, 3) || this.#isEven(start, length) || !this.#isIn(TIME_OR_SHARE, start, length)) ? length : 0;
  }

  #landline(start: number, area: number): number {
    if (!this.#isFirst(start)) return 0;
    for (const length of [area + 8, area + 7]) {
      if (!this.#isWhole(start, length)) continue;
      const isUsual = this.#groups(start, length) === `${area},${length - area - 4},4`;
      if (isUsual || (this.#cutAt(start, area) && this.#cutAt(start, length - 4) && !this.#isIn(TIME_OR_SHARE, start, length))) return length;
      if (this.#has(WORD, start, length)) return length;
      if (this.#isEven(start, length) && this.#isNear(CALLS, start, length) && !this.#isNear(OTHER_NUMBER, start, length)) return length;
    }
    return 0;
  }

  /** E.164: a plus, and up to 15 figures. */
  #international(start: number): number {
    let length = 1;
    while (length < 16 && start + length < this.#figures.count && (this.#figures.gaps[start + length] ?? PARTED) <= SEPARATED) length++;
    return length >= 9 && length <= 15 ? length : 0;
  }

  #northAmerican(start: number): number {
    const figures = this.#figures.slice(start, start + 10);
    if (!/^[2-9]\d\d[2-9]\d{6}$/.test(figures) || !this.#isWhole(start, 10)) return 0;
    const groups = this.#groups(start, 10);
    if (groups === '3,3,4' && (this.#has(WORD, start, 10) || this.#isIn(SIGNS_OF_GROUPS, start, 10))) return 10;
    return (groups === '3,3,4' || (this.#isEven(start, 10) && groups !== '10')) && this.#isNear(CALLS, start, 10) && !this.#isNear(OTHER_NUMBER, start, 10) ? 10 : 0;
  }

  /** Without the 010 that everybody knows: eight figures as two fours, beside a word about calling. */
  #nearCall(start: number): number {
    if (!this.#isWhole(start, 8) || (this.#figures.gaps[start] ?? PARTED) < PARTED) return 0;
    if (!this.#has(WORD, start, 8) && (this.#groups(start, 8) !== '4,4' || !this.#isIn(SIGNS_OF_GROUPS, start, 8))) return 0;
    return this.#isNear(CALLS, start, 8) && !this.#isNear(OTHER_NUMBER, start, 8) ? 8 : 0;
  }

  /** Not within a longer number. */
  #beginsAt(start: number): boolean {
    const { gaps, kinds, text, tos, froms } = this.#figures;
    if ((gaps[start] ?? PARTED) >= CONNECTED) return true;
    if (kinds[start] !== DIGIT || kinds[start - 1] !== DIGIT) return true;
    if (gaps[start] === ADJACENT) return false;
    return text.slice(tos[start - 1], froms[start]) !== '-';
  }

  /** Not a part of a longer one that is told in groups: behind other words, or of digits behind more than one separator (", "). */
  #isFirst(start: number): boolean {
    const { gaps, kinds, tos, froms } = this.#figures;
    const gap = gaps[start] ?? PARTED;
    return gap === PARTED || (kinds[start] === DIGIT && (gap === CONNECTED || (froms[start] ?? 0) - (tos[start - 1] ?? 0) > 1));
  }

  /** That so many figures go on from there without other words between, and that the number ends with them. */
  #isWhole(start: number, length: number): boolean {
    if (start + length > this.#figures.count) return false;
    for (let i = start + 1; i < start + length; i++) if ((this.#figures.gaps[i] ?? PARTED) >= PARTED) return false;
    return this.#endsAt(start + length);
  }

  #endsAt(end: number): boolean {
    const { gaps, kinds, text, tos, froms, count } = this.#figures;
    if (end >= count || kinds[end] !== DIGIT || kinds[end - 1] !== DIGIT) return true;
    if (gaps[end] === ADJACENT) return false;
    return text.slice(tos[end - 1], froms[end]) !== '-';
  }

  #cutAt(start: number, length: number): boolean {
    return this.#figures.gaps[start + length] !== ADJACENT;
  }

  /** All together, or each apart. */
  #isEven(start: number, length: number): boolean {
    const groups = this.#groups(start, length);
    return groups === String(length) || /^1(?:,1)*$/.test(groups);
  }

  #groups(start: number, length: number): string {
    const groups: number[] = [];
    for (let i = start; i < start + length; i++) {
      if (i === start || (this.#figures.gaps[i] !== ADJACENT && !this.#isSpelledOut(i))) groups.push(1);
      else groups.push((groups.pop() ?? 0) + 1);
    }
    return groups.join(',');
  }

  /** "two zero two": one group. */
  #isSpelledOut(at: number): boolean {
    const { kinds, froms, tos, text } = this.#figures;
    return kinds[at] === WORD && kinds[at - 1] === WORD && (tos[at] ?? 0) - (froms[at] ?? 0) > 1 && text.slice(tos[at - 1], froms[at]) === ' ';
  }

  #has(kind: number, start: number, length: number): boolean {
    return this.#figures.kinds.slice(start, start + length).includes(kind);
  }

  #isIn(signs: RegExp, start: number, length: number): boolean {
    const { text, froms, tos } = this.#figures;
    return signs.test(text.slice(froms[start], tos[start + length - 1]));
  }

  #followsPlus(start: number): boolean {
    const { text, froms } = this.#figures;
    return /(?:^|[^\p{L}\p{N}])\+\s?\(?$/u.test(text.slice(Math.max(0, (froms[start] ?? 0) - 4), froms[start]));
  }

  #isNear(words: RegExp, start: number, length: number): boolean {
    const { text, froms, tos } = this.#figures;
    const [from, to] = [froms[start] ?? 0, tos[start + length - 1] ?? 0];
    return words.test(text.slice(Math.max(0, from - CONTEXT), from)) || words.test(text.slice(to, to + CONTEXT));
  }
}
