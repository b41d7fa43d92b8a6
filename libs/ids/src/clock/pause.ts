/** Blocks the thread for about `ms` milliseconds. */
export type Pause = (ms: number) => void;

// A sleep of 1 ms ends up to 0.2 ms late: a Snowflake generator would lose a fifth of every millisecond.
const SPIN_MS = 1;
// The event loop of this thread is blocked, but the clock is looked at again at least this often.
const LONGEST_MS = 50;

let cell: Int32Array<SharedArrayBuffer> | undefined;

/** Returns at once for a millisecond or less (the caller looks at the clock again: a spin), and sleeps for more. */
export const blockThread: Pause = (ms) => {
  if (!(ms > SPIN_MS)) return; // NaN, of a clock that is broken, would be for ever
  cell ??= new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(cell, 0, 0, Math.min(ms, LONGEST_MS));
};
