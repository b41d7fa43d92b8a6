import { compileRules, marketplaceRules } from '../src';
import { type Corpus, judge, readCorpus, together } from './corpus';

const [own, independent, reviewer] = [readCorpus('own'), readCorpus('independent'), readCorpus('reviewer')];
const all = together([own, independent, reviewer]);
const PARTS: readonly (readonly [name: string, corpus: Corpus])[] = [['its own', own], ['independent', independent], ['reviewer', reviewer], ['together', all]];
const KOREAN = /\p{Script=Hangul}/u;
const detector = compileRules(marketplaceRules);

it.each(PARTS)('the marketplace rules see through the evasive lines and leave the innocent ones alone: %s', (name, corpus) => {
  const { recall, precision, missed, wronged } = judge(corpus, (text) => detector.detect(text).map(({ ruleId }) => ruleId));
  const counts = `${name}, ${corpus.evasive.length} evasive lines, ${corpus.innocent.length} innocent ones: recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)}`;
  console.log([counts, ...missed.map((line) => `missed ${line}`), ...wronged.map((line) => `wronged ${line}`)].join('\n  '));
  expect(recall).toBeGreaterThanOrEqual(0.97);
  expect(precision).toBeGreaterThanOrEqual(0.99);
});

it('what compares the text as it is does not: neither recall nor precision comes from the lists of words alone', () => {
  const plain = (text: string): string[] => {
    const hit = marketplaceRules.filter((rule) => 'words' in rule && rule.words?.some((word) => text.toLowerCase().includes(word))).map(({ id }) => id);
    const number = /01\d[- ]?\d{3,4}[- ]?\d{4}/.test(text) ? 'phone-number' : /\d{10,14}/.test(text.replaceAll('-', '')) ? 'bank-account' : undefined;
    return number === undefined ? hit : [...hit, number];
  };
  const { recall, precision } = judge(all, plain);
  console.log(`without the normaliser: recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)}`);
  expect(recall).toBeLessThan(0.7);
  expect(precision).toBeLessThan(0.97);
});

it('is made of lines of their own, half of them Korean', () => {
  for (const { evasive, innocent } of [own, independent, all]) {
    for (const lines of [evasive.map(({ text }) => text), innocent]) {
      expect(lines.length).toBeGreaterThanOrEqual(300);
      expect(new Set(lines).size).toBe(lines.length);
      expect(lines.filter((line) => KOREAN.test(line.normalize('NFC'))).length).toBeGreaterThanOrEqual(lines.length / 2);
    }
  }
  const ids = new Set(marketplaceRules.map(({ id }) => id));
  expect(all.evasive.flatMap(({ ruleIds }) => ruleIds).filter((id) => !ids.has(id))).toEqual([]);
});
