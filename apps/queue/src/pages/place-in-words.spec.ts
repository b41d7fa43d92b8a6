import { runInNewContext } from 'node:vm';
import { placeInWords } from './place-in-words';
import { WAITING_SCRIPT } from './waiting-page.script';

it.each([
  [1, 900, 'Next in line', 'You are next.', 'A moment to go.'],
  [2, 3_100, 'Number 2 in line', 'You are number 2 in line.', 'About 5 seconds to go.'],
  [12, 50_000, 'Number 12 in line', 'You are number 12 in line.', 'About 50 seconds to go.'],
  [120, 60_000, 'Number 120 in line', 'You are number 120 in line.', 'About 1 minute to go.'],
  [1_234, 617_000, 'Number 1,234 in line', 'You are number 1,234 in line.', 'About 11 minutes to go.'],
  [10_000, 5_000_000, 'Number 10,000 in line', 'You are number 10,000 in line.', 'About 2 hours to go.'],
  [3, null, 'Number 3 in line', 'You are number 3 in line.', 'The line is paused. Your place is kept.'],
])('number %i with %p ms to go is told in words', (number, etaMs, title, position, eta) => {
  expect(placeInWords(number, etaMs, 'line')).toEqual({ title, position, eta });
});

it('says why the number may rise', () => {
  expect(placeInWords(3, 60_000, 'pre-queue').eta).toMatch(/^It is not open yet\..* by lot.* may change\. About 1 minute to go\.$/);
  expect(placeInWords(3, 20_000, 'held').eta).toMatch(/^The line is held .* may rise\. About 20 seconds to go\.$/);
  expect(placeInWords(3, null, 'paused').eta).toBe('The line is paused. Your place is kept.');
});

it('says the same in a browser, which has nothing but the text of the function', () => {
  const [, text = ''] = /const placeInWords = ([^]*?);\nconst place =/.exec(WAITING_SCRIPT) ?? [];
  const there = runInNewContext(`(${text})`) as typeof placeInWords;
  for (const phase of ['line', 'held', 'pre-queue'] as const) expect(there(1_234, 617_000, phase)).toEqual(placeInWords(1_234, 617_000, phase));
});
