import { growthOf, MOST_GROWTH } from './flatness.ts';

const series = (of: (minute: number) => number): number[] => Array.from({ length: 60 }, (_, minute) => of(minute));

it('what fills up in a while and then stays is flat, also with an outlier', () => {
  expect(growthOf(series((minute) => Math.min(20 + minute * 4, 60) + (minute % 3) + (minute === 55 ? 80 : 0)))).toBeLessThan(MOST_GROWTH);
});

it('what leaks is not', () => {
  expect(growthOf(series((minute) => 40 + minute * 0.25))).toBeGreaterThan(MOST_GROWTH);
});

it('says nothing of three samples', () => {
  expect(() => growthOf([1, 2, 3])).toThrow('no quarters');
});
