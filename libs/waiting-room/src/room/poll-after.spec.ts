import { longestPollMs, pollAfterMs } from './poll-after';

const MIDDLE = 0.5;

it.each([
  ['an eighth of the wait', 80_000, 5_000, 60_000, 10_000],
  ['at most 20 seconds', 900_000, 5_000, 120_000, 20_000],
  ['at most a third of graceMs', 900_000, 5_000, 30_000, 10_000],
  ['that too where nobody knows how long it takes', undefined, 5_000, 30_000, 10_000],
  ['at least a second', 0, 5_000, 60_000, 1_000],
  ['less in a fast room', 0, 1_000, 60_000, 200],
  ['a tenth of a second in the fastest', 0, 1, 60_000, 100],
  ['and never later than graceMs allows', 0, 5_000, 150, 50],
])('is %s', (_what, etaMs, intervalMs, graceMs, expected) => {
  expect(pollAfterMs(etaMs, intervalMs, graceMs, MIDDLE)).toBe(expected);
});

it('is spread by 30 percent to both sides, so that who came together does not come back together', () => {
  expect([0, 1].map((random) => pollAfterMs(80_000, 5_000, 60_000, random))).toEqual([7_000, 13_000]);
});

it.each([100, 1_000, 60_000, 86_400_000])('at graceMs %i is never longer than all are waited for after a loss, and two polls fit into graceMs', (graceMs) => {
  for (const etaMs of [undefined, 0, 1_000, 1e9]) expect(pollAfterMs(etaMs, 5_000, graceMs, 1)).toBeLessThanOrEqual(Math.ceil(longestPollMs(graceMs)));
  expect(2 * longestPollMs(graceMs)).toBeLessThan(graceMs);
});
