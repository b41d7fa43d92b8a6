import { RE2JSException } from 're2js';
import { NormalText } from './normalise/normal-text';
import { bankAccountsIn } from './numbers/bank-accounts';
import { mayHoldANumber } from './numbers/figure';
import type { FigureRun } from './numbers/figure-run';
import { phoneNumbersIn } from './numbers/phone-numbers';
import { readFigures } from './numbers/read-figures';
import { PatternMatcher } from './patterns/pattern-matcher';
import { checkRules } from './rules/check-rules';
import { InvalidRuleError } from './rules/invalid-rule.error';
import type { Rule } from './rules/rule';
import { type Keyword, keywordOf } from './words/keyword';
import { type Found, WordMatcher } from './words/word-matcher';
import { withoutAllowed } from './without-allowed';

/** `matched` is `text.slice(start, end)`: UTF-16 indices of the text as it was given, never within a surrogate pair. */
export interface Hit {
  readonly ruleId: string;
  readonly start: number;
  readonly end: number;
  readonly matched: string;
}

/** Rules that can be asked; immutable, so that a new set takes the place of the old one in one assignment. */
export interface Detector {
  /** By their start. Hits of one rule do not overlap: the leftmost counts, and of those the longest. */
  detect(text: string): Hit[];
}

/** @throws InvalidRuleError, which names the rule and its field */
export function compileRules(rules: readonly Rule[]): Detector {
  return new CompiledRules(rules);
}

class CompiledRules implements Detector {
  readonly #ids: readonly string[];
  readonly #words: WordMatcher;
  readonly #patterns: readonly PatternMatcher[];
  readonly #phoneNumberRules: readonly number[];
  readonly #bankAccountRules: readonly number[];
  readonly #text = new NormalText();

  constructor(rules: readonly Rule[]) {
    checkRules(rules);
    this.#ids = rules.map(({ id }) => id);
    this.#words = new WordMatcher(rules.flatMap((rule, index) => keywordsOf(rule, index)));
    this.#patterns = rules.flatMap((rule, index) => (rule.kind === 'pattern' ? [compilePattern(rule.id, index, rule.pattern)] : []));
    const indicesOf = (kind: Rule['kind']): number[] => rules.flatMap((rule, index) => (rule.kind === kind ? [index] : []));
    this.#phoneNumberRules = indicesOf('phone-number');
    this.#bankAccountRules = indicesOf('bank-account');
  }

  detect(source: string): Hit[] {
    const text = this.#text.read(source);
    const found: Found[] = [];
    let allowed: Found[] | undefined;
    this.#words.scan(text, ({ allows }, occurrence) => {
      if (allows) (allowed ??= []).push(occurrence);
      else found.push(occurrence);
    });
    for (const pattern of this.#patterns) found.push(...pattern.scan(text));
    if (this.#phoneNumberRules.length + this.#bankAccountRules.length > 0 && mayHoldANumber(text.units, text.length)) this.#findNumbers(text, found);
    if (found.length === 0) return [];
    return leftmostLongest(allowed ? withoutAllowed(found, allowed) : found).map(({ rule, from, to }) => {
      const [start, end] = [text.starts[from] ?? 0, text.ends[to - 1] ?? 0];
      return { ruleId: this.#ids[rule] ?? '', start, end, matched: source.slice(start, end) };
    });
  }

  #findNumbers(text: NormalText, found: Found[]): void {
    const runs = readFigures(text, true);
    const phoneNumbers = [...runs, ...readFigures(text, false)].flatMap(phoneNumbersIn);
    const add = (rules: readonly number[], numbers: readonly FigureRun[]): void => {
      for (const rule of rules) for (const number of numbers) found.push({ rule, from: number[0]?.from ?? 0, to: number.at(-1)?.to ?? 0 });
    };
    add(this.#phoneNumberRules, phoneNumbers);
    if (this.#bankAccountRules.length === 0) return;
    const taken = new Set(phoneNumbers.flat().map(({ from }) => from));
    add(this.#bankAccountRules, runs.flatMap((run) => bankAccountsIn(text, run)).filter((account) => !account.some(({ from }) => taken.has(from))));
  }
}

function keywordsOf(rule: Rule, index: number): Keyword[] {
  const written = new NormalText();
  const keywords = (field: 'words' | 'allow', texts: readonly string[], wholeWord: boolean): Keyword[] =>
    texts.map((text, i) => {
      const keyword = keywordOf(written.read(text), { rule: index, wholeWord, allows: field === 'allow' });
      if (keyword.letters.length === 0) throw new InvalidRuleError(rule.id, `${field}[${i}]`, 'it has no letter or figure: use a pattern for signs and emoji.');
      return keyword;
    });
  const allowed = keywords('allow', rule.allow ?? [], false);
  return rule.kind === 'words' ? [...keywords('words', rule.words, rule.wholeWord ?? false), ...allowed] : allowed;
}

function compilePattern(id: string, index: number, source: string): PatternMatcher {
  try {
    const pattern = new PatternMatcher(index, source);
    if (pattern.matchesEmptyText) throw new InvalidRuleError(id, 'pattern', 'it matches a text without any character, and so every text.');
    return pattern;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new InvalidRuleError(id, 'pattern', `not in RE2's syntax: ${error.message}`, { cause: error });
  }
}

function leftmostLongest(found: readonly Found[]): Found[] {
  const ends = new Map<number, number>();
  return found
    .toSorted((a, b) => a.from - b.from || b.to - a.to || a.rule - b.rule)
    .filter(({ rule, from, to }) => {
      if (from < (ends.get(rule) ?? 0)) return false;
      ends.set(rule, to);
      return true;
    });
}
