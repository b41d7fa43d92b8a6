import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from './user-facing-error.ts';

export interface WaitOptions {
  /** What is being waited for, as it shall read in the error. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  /** Ends the wait at once; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Calls `probe` until it no longer throws. A probe that hangs is the probe's own fault: give its calls a timeout.
 * @throws Error naming `what` and the last failure when `timeoutMs` has passed
 */
export async function waitUntil<Result>(probe: () => Result | Promise<Result>, options: WaitOptions): Promise<Result> {
  const { what, timeoutMs, intervalMs = 25, signal } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await probe();
    } catch (error) {
      signal?.throwIfAborted();
      if (performance.now() >= deadline) {
        throw new Error(`${what}: not within ${timeoutMs / 1000} s (last failure: ${messageOf(error)})`, { cause: error });
      }
    }
    await sleep(intervalMs, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
}
