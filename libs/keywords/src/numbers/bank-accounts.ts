import type { ContextPlace } from './contexts';
import { type Figures, ADJACENT, PARTED } from './figures';
import type { ReadNumber } from './phone-numbers';

const [FEWEST, MOST] = [10, 14];
const BEFORE = 24;
const BEHIND = 16;
const AT_ONCE = 3;
/** Of the words that say what a number is, with what may be between their letters. */
const LONGEST_WORD = 100;
/** What may follow at once on the word of an amount: 원 in 원래, 천 in 천천히, 만 in 만나서 is none. */
const BEHIND_AMOUNT = '(?:$|[^가-힣]|[은이을에도의과요만쯤대씩]|으로|까지|부터|정도|짜리|어치|입|인데|넘|보다|밖에)';
const AMOUNT = new RegExp(`^\\s?(?:(?:[천백십]?[만억]?원|[천만억개]|번째)${BEHIND_AMOUNT}|won|krw|usd|%|₩)`);
/** An amount is in one piece, or has commas. */
const GROUPED = /\d\s?[-–]\s?\d/;
const DATE_OR_TIME = /(?:^|\s)(?:19|20)\d\d[-./ ]?(?:0?[1-9]|1[0-2])[-./ ]?(?:0?[1-9]|[12]\d|3[01])(?!\d)|(?<!\d)\d\d?:\d\d(?!\d)/;

/** Ten to fourteen figures beside a bank's name or a word about transfers. */
export class BankAccounts {
  readonly #figures: Figures;
  readonly #phones: readonly ReadNumber[];
  readonly #contexts: readonly ContextPlace[];
  /** The first ones that a number may still be near to. */
  #phone = 0;
  #context = 0;

  /**
   * @param phones of the same text: what is called is no account
   * @param contexts in the order of their ends
   */
  constructor(figures: Figures, phones: readonly ReadNumber[], contexts: readonly ContextPlace[]) {
    this.#figures = figures;
    this.#phones = phones;
    this.#contexts = contexts;
  }

  all(): ReadNumber[] {
    if (this.#contexts.length === 0) return [];
    const { count, gaps, froms, tos } = this.#figures;
    const found: ReadNumber[] = [];
    for (let start = 0, end = 0; start < count; start++) {
      if (start > 0 && gaps[start] === ADJACENT) continue;
      if (end <= start) end = this.#endOfRun(start);
      const number = { from: froms[start] ?? 0, to: tos[end - 1] ?? 0 };
      if (end - start < FEWEST || end - start > MOST || !this.#isMeant(number)) continue;
      found.push(number);
      start = end - 1;
    }
    return found;
  }

  #endOfRun(start: number): number {
    let end = start + 1;
    while (end < this.#figures.count && (this.#figures.gaps[end] ?? PARTED) < PARTED) end++;
    return end;
  }

  #isMeant({ from, to }: ReadNumber): boolean {
    while ((this.#phones[this.#phone]?.to ?? Infinity) <= from) this.#phone++;
    if ((this.#phones[this.#phone]?.from ?? Infinity) < to) return false;
    const { text } = this.#figures;
    const number = text.slice(from, to);
    if ((AMOUNT.test(text.slice(to, to + BEHIND)) && !GROUPED.test(number)) || DATE_OR_TIME.test(number)) return false;
    const near = this.#near(from, to);
    if (near.some(({ context, to: end }) => context === 'other-number' && end <= from)) return false;
    return near.some(({ context, to: end }) => context === 'bank' || context === 'transfer' || (context === 'bank-at-once' && end <= from && from - end <= AT_ONCE));
  }

  /** Numbers are asked for in their order, so that none of what lies far before is looked at again. */
  #near(from: number, to: number): ContextPlace[] {
    while ((this.#contexts[this.#context]?.to ?? Infinity) < from - BEFORE) this.#context++;
    const near: ContextPlace[] = [];
    for (let at = this.#context; at < this.#contexts.length; at++) {
      const place = this.#contexts[at];
      if (!place || place.to > to + BEHIND + LONGEST_WORD) break;
      if (place.to <= from || (place.from >= to && place.from <= to + BEHIND)) near.push(place);
    }
    return near;
  }
}
