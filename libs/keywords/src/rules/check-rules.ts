import { InvalidRuleError } from './invalid-rule.error';
import type { Rule } from './rule';

const MOST_WORDS = 200_000;
const MOST_PATTERNS = 100;
const LONGEST_WORD = 200;
const LONGEST_PATTERN = 1_000;
/** Of each kind, beside `id`, `kind` and `allow`. */
const FIELDS: Readonly<Record<Rule['kind'], readonly string[]>> = {
  words: ['words', 'wholeWord', 'patterns'],
  pattern: ['pattern'],
  'phone-number': [],
  'bank-account': ['words', 'patterns'],
};

/** What comes from a file or a topic is looked at before it is trusted. Fields that are not the library's are the caller's. @throws InvalidRuleError */
export function checkRules(rules: readonly unknown[]): asserts rules is readonly Rule[] {
  const ids = new Set<string>();
  rules.forEach((rule, index) => {
    const { id } = checkRule(rule, `#${index}`);
    if (ids.has(id)) throw new InvalidRuleError(id, 'id', 'another rule has it already.');
    ids.add(id);
  });
}

function checkRule(rule: unknown, place: string): Rule {
  if (!isRecord(rule)) throw new InvalidRuleError(place, 'rule', 'give an object.');
  const { id, kind } = rule;
  if (typeof id !== 'string' || id === '') throw new InvalidRuleError(place, 'id', 'give a text that is not empty.');
  if (!isKind(kind)) throw new InvalidRuleError(id, 'kind', `give one of ${Object.keys(FIELDS).join(', ')}.`);
  for (const field of new Set(Object.values(FIELDS).flat())) {
    if (rule[field] !== undefined && !FIELDS[kind].includes(field)) throw new InvalidRuleError(id, field, `a rule of kind ${kind} has none.`);
  }
  if (rule['allow'] !== undefined) checkTexts(id, 'allow', rule['allow'], 0);
  if (kind === 'words' || rule['words'] !== undefined) checkTexts(id, 'words', rule['words'], 1);
  if (rule['patterns'] !== undefined) checkTexts(id, 'patterns', rule['patterns'], 0, MOST_PATTERNS, LONGEST_PATTERN);
  if (rule['wholeWord'] !== undefined && typeof rule['wholeWord'] !== 'boolean') throw new InvalidRuleError(id, 'wholeWord', 'give true or false.');
  if (kind === 'pattern' && !isTextUpTo(rule['pattern'], LONGEST_PATTERN)) throw new InvalidRuleError(id, 'pattern', `give a text of 1 to ${LONGEST_PATTERN} characters.`);
  return rule as unknown as Rule;
}

function checkTexts(id: string, field: string, texts: unknown, least: number, most = MOST_WORDS, longest = LONGEST_WORD): void {
  if (!Array.isArray(texts) || texts.length < least || texts.length > most) throw new InvalidRuleError(id, field, `give ${least} to ${most} texts.`);
  texts.forEach((text: unknown, index) => {
    if (!isTextUpTo(text, longest)) throw new InvalidRuleError(id, `${field}[${index}]`, `give a text of 1 to ${longest} characters.`);
  });
}

function isTextUpTo(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= longest;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKind(kind: unknown): kind is Rule['kind'] {
  return typeof kind === 'string' && Object.hasOwn(FIELDS, kind);
}
