import { fullestWindow } from './fullest-window';

it('finds the fullest interval, which need not begin at a round time', () => {
  expect(fullestWindow([], 5_000)).toEqual({ count: 0, from: 0 });
  expect(fullestWindow([0, 4_000, 4_999, 8_999, 9_000], 5_000)).toEqual({ count: 3, from: 0 });
  expect(fullestWindow([4_900, 4_950, 5_010, 5_020, 0], 5_000)).toEqual({ count: 4, from: 4_900 });
});

it('is half-open: what comes exactly one width later is in the next one', () => {
  expect(fullestWindow([0, 5_000], 5_000).count).toBe(1);
  expect(fullestWindow([1, 5_000], 5_000).count).toBe(2);
});
