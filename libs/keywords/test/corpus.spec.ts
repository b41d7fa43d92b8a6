import { compileRules, marketplaceRules, type WordsRule } from '../src';
import { evasiveLines, innocentLines, judge } from './corpus';

const [evasive, innocent] = [evasiveLines(), innocentLines()];
const KOREAN = /\p{Script=Hangul}/u;

it('the marketplace rules see through the evasive lines and leave the innocent ones alone', () => {
  const detector = compileRules(marketplaceRules);
  const { recall, precision, missed, wronged } = judge(evasive, innocent, (text) => detector.detect(text).map(({ ruleId }) => ruleId));
  console.log(`${evasive.length} evasive lines, ${innocent.length} innocent ones: recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)}${['', ...missed.map((line) => `missed ${line}`), ...wronged.map((line) => `wronged ${line}`)].join('\n  ')}`);
  expect(recall).toBeGreaterThanOrEqual(0.97);
  expect(precision).toBeGreaterThanOrEqual(0.99);
});

it('what compares the text as it is does not: neither recall nor precision comes from the lists of words alone', () => {
  const plain = (text: string): string[] => {
    const words = marketplaceRules.filter((rule): rule is WordsRule => rule.kind === 'words');
    const hit = words.filter(({ words: list }) => list.some((word) => text.toLowerCase().includes(word))).map(({ id }) => id);
    return /01\d[- ]?\d{3,4}[- ]?\d{4}/.test(text) ? [...hit, 'phone-number'] : /\d{10,14}/.test(text.replaceAll('-', '')) ? [...hit, 'bank-account'] : hit;
  };
  const { recall, precision } = judge(evasive, innocent, plain);
  console.log(`without the normaliser: recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)}`);
  expect(recall).toBeLessThan(0.7);
  expect(precision).toBeLessThan(0.97);
});

it('is made of lines of their own, half of them Korean', () => {
  for (const lines of [evasive.map(({ text }) => text), innocent]) {
    expect(lines.length).toBeGreaterThanOrEqual(300);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.filter((line) => KOREAN.test(line.normalize('NFC'))).length).toBeGreaterThanOrEqual(lines.length / 2);
  }
  const ids = new Set(marketplaceRules.map(({ id }) => id));
  expect(evasive.flatMap(({ ruleIds }) => ruleIds).filter((id) => !ids.has(id))).toEqual([]);
});
