/** At most so much older than the primary, in milliseconds. */
export interface Bounded {
  readonly maxStalenessMs: number;
}

/**
 * What a read may show, from the weakest to the strongest:
 *
 * - `eventual`: any state, in any order.
 * - `pinned`: one replica by the hash of the consistency id, as Shopify describes it. Goes back in time when that replica dies or returns.
 * - `bounded(ms)`: at most so stale when it is routed.
 * - `monotonic`: never older than what the same id has already been shown. The default.
 * - `session`: monotonic, and what the same id has written.
 * - `strong`: the primary.
 */
export type ReadLevel = 'eventual' | 'pinned' | Bounded | 'monotonic' | 'session' | 'strong';

/** When no replica is far enough in time: read the primary, any other replica that is, what there is (and say so), or fail. */
export type OnTimeout = 'primary' | 'another' | 'stale' | 'fail';

export interface ReadConsistencyOptions {
  readonly level: ReadLevel;
  /** How long a read waits for its replica, in milliseconds. */
  readonly timeoutMs: number;
  readonly onTimeout: OnTimeout;
}

export const DEFAULT_CONSISTENCY: ReadConsistencyOptions = { level: 'monotonic', timeoutMs: 50, onTimeout: 'another' };

/** @throws RangeError */
export function bounded(maxStalenessMs: number): Bounded {
  if (!(maxStalenessMs >= 0)) throw new RangeError(`bounded(${maxStalenessMs}): give milliseconds, 0 or more.`);
  return { maxStalenessMs };
}

/** `bounded:500`, as in a header; undefined if it is none. */
export function parseLevel(text: string): ReadLevel | undefined {
  const ms = /^bounded:(\d{1,9})$/.exec(text)?.[1];
  if (ms !== undefined) return bounded(Number(ms));
  const named = ['eventual', 'pinned', 'monotonic', 'session', 'strong'] as const;
  return named.find((level) => level === text);
}

export function nameOf(level: ReadLevel): string {
  return typeof level === 'string' ? level : 'bounded';
}
