import type { FormatName } from '../format';

/** Thrown when a format cannot hold a time (the clock's, or one given to `min` or `max`). Time never wraps around. */
export class TimeOutOfRangeError extends RangeError {
  readonly code = 'ID_TIME_RANGE';

  /** @param ms all three in milliseconds since 1970 */
  constructor(format: FormatName, ms: number, first: number, last: number) {
    super(`${format} holds times from ${iso(first)} to ${iso(last)}; this one is ${iso(ms)}.`);
    this.name = 'TimeOutOfRangeError';
  }
}

function iso(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `not a time (${ms})` : date.toISOString();
}
