import { compileRules, marketplaceRules, type Rule } from '../src';

const UNITS = 30_000;
/** Of a time that grows in proportion it is 2, of one that grows with the square 4. */
const MOST_FOR_TWICE = 3.2;
/** What takes less says nothing about its growth. */
const LEAST_MS = 8;
const BOUND_MS = 10_000;
const TRIES = 3;
const ATTEMPTS = 3;

const nested: Rule = { id: 'nested', kind: 'words', words: Array.from({ length: 5 }, (_, i) => 'a'.repeat(i + 1)) };
const greedy: Rule = { id: 'greedy', kind: 'pattern', pattern: '(a+)+b' };
const detector = compileRules([...marketplaceRules, nested, greedy, { id: 'apart', kind: 'words', words: ['카톡카톡카톡카톡ㄱ'] }]);

/** Milliseconds of this thread's CPU; the least of some, for a garbage collection is no part of it. */
function cost(text: string): number {
  const times = Array.from({ length: TRIES }, () => {
    const start = process.threadCpuUsage();
    detector.detect(text);
    const { user, system } = process.threadCpuUsage(start);
    return (user + system) / 1e3;
  });
  return Math.min(...times);
}

const PIECES: readonly (readonly [name: string, piece: string])[] = [
  ['one letter', 'a'], ['halves of words', '카.'], ['halves of a keyword', '카톡카톡카톡카톡'], ['figures', '0'], ['figures apart', '0 '], ['starts of numbers', '010-'], ['spoken figures', '공일'], ['numbers', '010-1234-5678 '],
  ['accounts', '계좌 123456-04-778291 '], ['figures and cues', '국민 12345678901234567 '], ['letters of Hangul', 'ㅋㅏ'], ['finals', '가\u11a8'], ['marks that sort', 'a\u05b0\u05b1\u3099'],
  ['marks without a letter', '\u05b1\u05b0'], ['nothing that is seen', '\u200b'], ['what becomes many', '\ufdfa'], ['halves of pairs', '\ud83d'], ['emoji', '👨‍👩‍👧'], ['what is allowed', 'kakaopay'], ['both', 'kakao friends telegram '],
  ['number words', 'zeroone'], ['look-alikes', 'o|1l '], ['times', 'double '], ['thousands', '010천이백'], ['parts with words between', '010 last four '], ['groups of North America', '415-555-'], ['cues', '계좌 '], ['cues and short numbers', 'ㄱㅁ 1234567890 '],
  ['payments', '입금 먼저 '], ['money and gaps', '만원 가가가 먼저 '], ['letters between syllables', '카ㅋ'], ['pluses', '+1'],
];

it.each(PIECES)('%s: twice the text costs twice the time', (_, piece) => {
  const once = piece.repeat(Math.ceil(UNITS / 2 / piece.length));
  cost(once.slice(0, 1_000));
  // A square would be one each time; what else runs on the machine makes one look so now and then.
  let ratio = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && ratio >= MOST_FOR_TWICE; attempt++) {
    const [half, whole] = [cost(once), cost(once + once)];
    expect(whole).toBeLessThan(BOUND_MS);
    ratio = whole / Math.max(half, LEAST_MS);
  }
  expect(ratio).toBeLessThan(MOST_FOR_TWICE);
});

it('all of them in one text of 100,000 units', () => {
  expect(cost(PIECES.map(([, piece]) => piece).join('').repeat(1_000).slice(0, 100_000))).toBeLessThan(BOUND_MS);
});
