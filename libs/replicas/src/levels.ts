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

/** `bounded` stands for any time. */
export type LevelName = Exclude<ReadLevel, Bounded> | 'bounded';

const NAMED = ['eventual', 'pinned', 'monotonic', 'session', 'strong'] as const;
export const LEVEL_NAMES: readonly LevelName[] = [...NAMED, 'bounded'];
const ON_TIMEOUT: readonly OnTimeout[] = ['primary', 'another', 'stale', 'fail'];

/** @throws RangeError that says what is wrong: not everybody's compiler has looked */
export function checkConsistency({ level, timeoutMs, onTimeout }: ReadConsistencyOptions): void {
  const isLevel = typeof level === 'object' ? level.maxStalenessMs >= 0 : NAMED.includes(level);
  if (!isLevel) throw new RangeError(`level is ${JSON.stringify(level)}: give ${NAMED.join(', ')} or bounded(milliseconds).`);
  if (!(timeoutMs >= 0)) throw new RangeError(`timeoutMs is ${timeoutMs}: give milliseconds, 0 or more.`);
  if (!ON_TIMEOUT.includes(onTimeout)) throw new RangeError(`onTimeout is "${onTimeout}": give ${ON_TIMEOUT.join(', ')}.`);
}

/** @throws RangeError */
export function bounded(maxStalenessMs: number): Bounded {
  if (!(maxStalenessMs >= 0)) throw new RangeError(`bounded(${maxStalenessMs}): give milliseconds, 0 or more.`);
  return { maxStalenessMs };
}

/** `bounded:500`, as in a header; undefined if it is none. */
export function parseLevel(text: string): ReadLevel | undefined {
  const ms = /^bounded:(\d{1,9})$/.exec(text)?.[1];
  if (ms !== undefined) return bounded(Number(ms));
  return NAMED.find((level) => level === text);
}

export function nameOf(level: ReadLevel): LevelName {
  return typeof level === 'string' ? level : 'bounded';
}
