import { compileRules, InvalidRuleError, marketplaceRules, type Rule } from '../index';

const refused = (...rules: unknown[]): string => {
  try {
    compileRules(rules as Rule[]);
  } catch (error) {
    if (error instanceof InvalidRuleError) return `${error.ruleId} ${error.field}`;
    throw error;
  }
  return 'taken';
};

it.each([
  ['r wordz', { id: 'r', kind: 'words', wordz: ['a'] }, 'r words'],
  ['no object', 'words', '#0 rule'],
  ['no id', { kind: 'words', words: ['a'] }, '#0 id'],
  ['no kind', { id: 'r' }, 'r kind'],
  ['a kind that objects inherit', { id: 'r', kind: 'toString' }, 'r kind'],
  ['no words', { id: 'r', kind: 'words', words: [] }, 'r words'],
  ['an empty word', { id: 'r', kind: 'words', words: ['a', ''] }, 'r words[1]'],
  ['a word without a letter', { id: 'r', kind: 'words', words: ['a', '\u200b!'] }, 'r words[1]'],
  ['a word that is a number', { id: 'r', kind: 'words', words: [1] }, 'r words[0]'],
  ['wholeWord of another kind', { id: 'r', kind: 'pattern', pattern: 'a', wholeWord: true }, 'r wholeWord'],
  ['wholeWord as a text', { id: 'r', kind: 'words', words: ['a'], wholeWord: 'yes' }, 'r wholeWord'],
  ['allow as a text', { id: 'r', kind: 'phone-number', allow: 'a' }, 'r allow'],
  ['a pattern that is none', { id: 'r', kind: 'pattern', pattern: '(' }, 'r pattern'],
  ['a pattern that looks back', { id: 'r', kind: 'pattern', pattern: '(a)\\1' }, 'r pattern'],
  ['a pattern that matches every text', { id: 'r', kind: 'pattern', pattern: 'a*' }, 'r pattern'],
  ['a pattern that costs too much', { id: 'r', kind: 'pattern', pattern: '(?:[a-z]{100}){100}' }, 'r pattern'],
  ['one of many patterns', { id: 'r', kind: 'words', words: ['a'], patterns: ['b', '('] }, 'r patterns[1]'],
  ['one of many patterns that matches every text', { id: 'r', kind: 'bank-account', patterns: ['b*'] }, 'r patterns[0]'],
  ['patterns that cost too much together', { id: 'r', kind: 'bank-account', patterns: Array.from({ length: 20 }, () => '(?:[a-z]{50}){10}') }, 'r patterns'],
  ['patterns as a text', { id: 'r', kind: 'words', words: ['a'], patterns: 'b' }, 'r patterns'],
  ['words of another kind', { id: 'r', kind: 'phone-number', words: ['a'] }, 'r words'],
  ['wholeWord of an account', { id: 'r', kind: 'bank-account', words: ['a'], wholeWord: true }, 'r wholeWord'],
  ['a pattern that becomes huge', { id: 'r', kind: 'pattern', pattern: '((a{1000}){1000}){1000}' }, 'r pattern'],
])('refuses %s', (_, rule, expected) => {
  expect(refused(rule)).toBe(expected);
});

it('refuses an id twice, and takes what its callers add', () => {
  const rule = { id: 'r', kind: 'phone-number' };
  expect(refused(rule, rule)).toBe('r id');
  expect(refused({ ...rule, action: 'warn', cooldownMs: 60_000 })).toBe('taken');
});

it('the rules of the marketplace are plain data', () => {
  expect(JSON.parse(JSON.stringify(marketplaceRules))).toEqual(marketplaceRules);
});

it('refuses what would take long for each letter of a text, alone or together, and names it', () => {
  const nested = Array.from({ length: 100 }, (_, index) => 'a'.repeat(index + 1));
  expect(() => compileRules([{ id: 'nested', kind: 'words', words: nested }])).toThrow('"nested", words: too many words');
  expect(() => compileRules([{ id: 'one', kind: 'words', words: nested.slice(0, 15) }, { id: 'two', kind: 'words', words: nested.slice(15, 20) }])).toThrow('"two", words');
  expect(() => compileRules([{ id: 'few', kind: 'words', words: nested.slice(0, 12) }])).not.toThrow();
  const pattern = (id: string, most: number): Rule => ({ id, kind: 'pattern', pattern: `[a-z]{0,${most}}!` });
  expect(() => compileRules([pattern('large', 1_000)])).toThrow('"large", pattern: it takes too long for each letter');
  expect(() => compileRules([pattern('some', 400), pattern('more', 450), pattern('less', 300)])).toThrow('"more", pattern');
  expect(() => compileRules([...marketplaceRules, pattern('own', 300)])).not.toThrow();
});
