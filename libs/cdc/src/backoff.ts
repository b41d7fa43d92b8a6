import { setTimeout as delay } from 'node:timers/promises';

/** Bounds of an exponential backoff, in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Waiting time before attempt `attempt` (0 = first repetition), with up to 20 % taken off so that readers spread. */
export function backoffMs(backoff: Backoff, attempt: number): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(attempt, 30));
  return full * (1 - Math.random() * 0.2);
}

/** Sleeps; resolves early, without an error, when the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
