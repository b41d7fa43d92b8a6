import type { FormatName } from '../format';
import { InvalidOptionError } from '../errors/invalid-option.error';

/** Go on in the latest tick while the clock is at most `maxMs` behind; further than that, throw. */
export interface Absorb {
  readonly kind: 'absorb';
  readonly maxMs: number;
}
/** Take ids of later ticks, at most `maxMs` ahead of the clock; further than that, throw. */
export interface Borrow {
  readonly kind: 'borrow';
  readonly maxMs: number;
}
/** Block the thread until the clock is there, at most `maxMs` of real time; then throw. */
export interface Wait {
  readonly kind: 'wait';
  readonly maxMs: number;
}

/** What to do when the clock goes back. */
export type RollbackPolicy = Absorb | Wait | 'wait' | 'throw';
/** What to do when all ids of a tick are used. */
export type OverflowPolicy = Borrow | Wait | 'wait' | 'throw';

/** How long a plain 'wait' waits: longer would rather be an outage to see than a blocked event loop. */
const DEFAULT_WAIT_MS = 1_000;

export const absorb = (maxMs: number): Absorb => ({ kind: 'absorb', maxMs: duration('absorb', maxMs) });
export const borrow = (maxMs: number): Borrow => ({ kind: 'borrow', maxMs: duration('borrow', maxMs) });
export const wait = (maxMs: number = DEFAULT_WAIT_MS): Wait => ({ kind: 'wait', maxMs: duration('wait', maxMs) });

/** The clock went back: told once a jump, before the policy acts. */
export interface RollbackEvent {
  readonly format: FormatName;
  readonly policy: 'absorb' | 'wait' | 'throw';
  /** How far the clock is behind the latest time it has shown, in milliseconds. */
  readonly behindMs: number;
}

/** All ids of a tick are used: told once a tick (with `throw`: once a refused id), before the policy acts. */
export interface OverflowEvent {
  readonly format: FormatName;
  readonly policy: 'borrow' | 'wait' | 'throw';
  /** How far the next tick is ahead of the clock, in milliseconds. */
  readonly aheadMs: number;
}

export function named(policy: Absorb | Borrow | Wait): string {
  return `${policy.kind}(${policy.maxMs} ms)`;
}

function duration(policy: string, maxMs: number): number {
  if (!(maxMs >= 0)) throw new InvalidOptionError(`${policy}(maxMs)`, maxMs, 'milliseconds, 0 or more (Infinity: without a bound)');
  return maxMs;
}
