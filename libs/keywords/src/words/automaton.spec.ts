import fc from 'fast-check';
import { failureOf } from '../../test/failure-of';
import { Automaton } from './automaton';

const symbols = (largest: number, longest: number) => fc.array(fc.integer({ min: 1, max: largest }), { minLength: 1, maxLength: longest });

function naive(words: readonly number[][], text: readonly number[]): string[] {
  return text.flatMap((_, end) => words.flatMap((word, pattern) => (word.length <= end + 1 && word.every((symbol, i) => text[end + 1 - word.length + i] === symbol) ? [`${end} ${pattern}`] : [])));
}

it.each([2, 3, 1_000])('finds what a search for each word finds, of %i symbols', (largest) => {
  const words = fc.array(symbols(largest, 5), { maxLength: 12 });
  const text = fc.array(fc.integer({ min: 0, max: largest }), { maxLength: 40 });
  expect(failureOf(fc.property(words, text, words, (list, rest, more) => {
    const [all, whole] = [[...list, ...more], [...rest, ...list.flat(), ...rest]];
    const { count, ends, patterns } = new Automaton(all.map((word) => Uint16Array.from(word))).scan(Uint16Array.from(whole), whole.length);
    const found = Array.from({ length: count }, (_, i) => `${ends[i]} ${patterns[i]}`);
    return found.toSorted().join() === naive(all, whole).toSorted().join();
  }), 2_000)).toBeUndefined();
});

it('finds nothing without words', () => {
  expect(new Automaton([]).scan(Uint16Array.of(1, 2, 3), 3).count).toBe(0);
});
