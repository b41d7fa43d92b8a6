import { median } from '../percentiles.ts';

/** The last quarter's median may be above the second quarter's by so much: the first one fills what is bounded. */
export const MOST_GROWTH = 0.1;

/** How much the median of the last quarter of a series is above that of its second quarter: 0.05 is five percent. */
export function growthOf(samples: readonly number[]): number {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) throw new Error(`${samples.length} samples have no quarters`);
  return median(samples.slice(-quarter)) / median(samples.slice(quarter, 2 * quarter)) - 1;
}
