import { setTimeout as sleep } from 'node:timers/promises';
import { isTransientError } from './transient-error';

export interface RetryPolicy {
  /** How often a failing effect is tried in all before it is given up; an absent dependency does not count. */
  readonly attempts: number;
  /** Delay before the second attempt in ms; it doubles, up to {@link maxDelayMs}. */
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
}

/** 5 attempts within 1.5 s: long enough for a passing fault, short enough not to hold the partition. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, initialDelayMs: 100, maxDelayMs: 1_000 };

export interface RetryEvent {
  readonly error: unknown;
  readonly attempt: number;
  readonly transient: boolean;
  readonly delayMs: number;
}

/**
 * Tries `effect` again while it fails. A dependency that is away (see {@link isTransientError}) is waited for without end,
 * because giving up on every record during an outage would only move the whole topic to the dead letters.
 *
 * @throws the last error once the attempts are used up, or `signal.reason` if the signal is aborted while waiting
 */
export async function withRetry<T>(
  effect: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
  onRetry: (event: RetryEvent) => void,
): Promise<T> {
  let failures = 0;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await effect();
    } catch (error) {
      const transient = isTransientError(error);
      if (!transient && ++failures >= policy.attempts) throw error;
      const delayMs = Math.min(policy.initialDelayMs * 2 ** Math.min(attempt - 1, 20), policy.maxDelayMs);
      onRetry({ error, attempt, transient, delayMs });
      await sleep(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
