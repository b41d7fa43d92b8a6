import type { OverflowEvent, OverflowPolicy, RollbackEvent, RollbackPolicy } from './clock/policies';
import type { Pause } from './clock/pause';
import type { RandomFill } from './random-pool';

export interface RandomOptions {
  /** Fills a buffer with unpredictable bytes. Default: `crypto.randomFillSync`. Uniqueness across processes rests on it. */
  readonly random?: RandomFill;
}

/** What every time-ordered format takes. */
export interface GeneratorOptions extends RandomOptions {
  /** Milliseconds since 1970; fractions are cut off. Default: `Date.now`. */
  readonly clock?: () => number;
  /** The clock went back. Default: `absorb(10_000)`. */
  readonly rollback?: RollbackPolicy;
  /** All ids of a tick are used. Default: see the format. */
  readonly overflow?: OverflowPolicy;
  /** Must not ask the same generator for an id. */
  readonly onRollback?: (event: RollbackEvent) => void;
  /** Must not ask the same generator for an id. */
  readonly onOverflow?: (event: OverflowEvent) => void;
  /** How `wait` waits. Default: blocks the thread. */
  readonly pause?: Pause;
}
