import { RE2JSException } from 're2js';
import { NormalText } from './normalise/normal-text';
import { BankAccounts } from './numbers/bank-accounts';
import { type ContextPlace, contextWords } from './numbers/contexts';
import { Figures } from './numbers/figures';
import { PhoneNumbers } from './numbers/phone-numbers';
import { PatternMatcher } from './patterns/pattern-matcher';
import { checkNesting } from './rules/check-nesting';
import { checkPrograms } from './rules/check-programs';
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
  readonly #figures = new Figures();

  constructor(rules: readonly Rule[]) {
    checkRules(rules);
    this.#ids = rules.map(({ id }) => id);
    const contexts = rules.some(({ kind }) => kind === 'bank-account') ? contextKeywords() : [];
    const keywords = rules.flatMap((rule, index) => keywordsOf(rule, index));
    checkNesting(keywords, this.#ids);
    this.#words = new WordMatcher([...keywords, ...contexts]);
    this.#patterns = rules.flatMap((rule, index) => patternsOf(rule, index));
    checkPrograms(this.#patterns, rules);
    const indicesOf = (kind: Rule['kind']): number[] => rules.flatMap((rule, index) => (rule.kind === kind ? [index] : []));
    this.#phoneNumberRules = indicesOf('phone-number');
    this.#bankAccountRules = indicesOf('bank-account');
  }

  detect(source: string): Hit[] {
    const text = this.#text.read(source);
    const found: Found[] = [];
    let allowed: Found[] | undefined;
    let contexts: ContextPlace[] | undefined;
    this.#words.scan(text, ({ means }, occurrence) => {
      if (means === 'hit') found.push(occurrence);
      else if (means === 'allowed') (allowed ??= []).push(occurrence);
      else (contexts ??= []).push({ context: means, from: occurrence.from, to: occurrence.to });
    });
    for (const pattern of this.#patterns) found.push(...pattern.scan(text));
    if (this.#phoneNumberRules.length + this.#bankAccountRules.length > 0) this.#findNumbers(text, contexts ?? [], found);
    if (found.length === 0) return [];
    return leftmostLongest(allowed ? withoutAllowed(found, allowed) : found).map(({ rule, from, to }) => {
      const [start, end] = [text.starts[from] ?? 0, text.ends[to - 1] ?? 0];
      return { ruleId: this.#ids[rule] ?? '', start, end, matched: source.slice(start, end) };
    });
  }

  #findNumbers(text: NormalText, contexts: readonly ContextPlace[], found: Found[]): void {
    const figures = this.#figures.read(text);
    if (figures.count === 0) return;
    const phoneNumbers = new PhoneNumbers(figures).all();
    for (const rule of this.#phoneNumberRules) for (const number of phoneNumbers) found.push({ rule, ...number });
    if (this.#bankAccountRules.length === 0 || contexts.length === 0) return;
    const accounts = new BankAccounts(figures, phoneNumbers, contexts).all();
    for (const rule of this.#bankAccountRules) for (const account of accounts) found.push({ rule, ...account });
  }
}

function keywordsOf(rule: Rule, index: number): Keyword[] {
  const written = new NormalText();
  const keywords = (field: 'words' | 'allow', texts: readonly string[], wholeWord: boolean): Keyword[] =>
    texts.map((text, i) => {
      const keyword = keywordOf(written.read(text), { rule: index, wholeWord, means: field === 'allow' ? 'allowed' : 'hit' });
      if (keyword.letters.length === 0) throw new InvalidRuleError(rule.id, `${field}[${i}]`, 'it has no letter or figure: use a pattern for signs and emoji.');
      return keyword;
    });
  const words = rule.kind === 'words' || rule.kind === 'bank-account' ? (rule.words ?? []) : [];
  return [...keywords('words', words, rule.kind === 'words' && rule.wholeWord === true), ...keywords('allow', rule.allow ?? [], false)];
}

function contextKeywords(): Keyword[] {
  const written = new NormalText();
  return contextWords.map(({ word, wholeWord, context }) => keywordOf(written.read(word), { rule: -1, wholeWord, means: context }));
}

function patternsOf(rule: Rule, index: number): PatternMatcher[] {
  if (rule.kind === 'pattern') return [compilePattern(rule.id, 'pattern', index, rule.pattern)];
  if (rule.kind === 'phone-number' || !rule.patterns) return [];
  // One after the other, so that an error names its own; all in one, so that the text is walked once.
  rule.patterns.forEach((pattern, i) => compilePattern(rule.id, `patterns[${i}]`, index, pattern));
  return rule.patterns.length === 0 ? [] : [compilePattern(rule.id, 'patterns', index, rule.patterns.map((pattern) => `(?:${pattern})`).join('|'))];
}

function compilePattern(id: string, field: string, index: number, source: string): PatternMatcher {
  try {
    const pattern = new PatternMatcher(index, source);
    if (pattern.matchesEmptyText) throw new InvalidRuleError(id, field, 'it matches a text without any character, and so every text.');
    return pattern;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new InvalidRuleError(id, field, `not in RE2's syntax: ${error.message}`, { cause: error });
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
