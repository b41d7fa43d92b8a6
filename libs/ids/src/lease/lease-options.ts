import { hostname } from 'node:os';
import { LeaseOptionsError } from './lease.errors';
import type { LeaseTerms } from './node-lease.store';

export interface NodeLeaseOptions {
  /** Generators that share a layout and an epoch share a pool. Default: `default`. */
  readonly pool?: string;
  /** Default: 0. */
  readonly minNodeId?: number;
  /** Default: 1023, the ten bits of a Snowflake. */
  readonly maxNodeId?: number;
  /** For people who look into the store. Default: host and process. */
  readonly holder?: string;
  /** How long the store may be away before issuing stops, and how long a crashed holder blocks its node id. Default: 30 s. */
  readonly ttlMs?: number;
  /** Issuing stops this long before the lease ends: covers clocks of different speed. Default: a tenth of `ttlMs`. */
  readonly marginMs?: number;
  /** By how much the wall clocks of holders and store may differ. Default: 5 s. */
  readonly maxClockSkewMs?: number;
  /** What a generator may borrow from the future. Default: 1 s. */
  readonly issueAheadMs?: number;
  /** Greater than `maxClockSkewMs`. Default: twice the skew (one holder behind, the other ahead) + `issueAheadMs` + 1 s. */
  readonly restMs?: number;
  /** After it an answer counts as unknown. Default: a sixth of `ttlMs`. */
  readonly requestTimeoutMs?: number;
  /** Monotonic, in ms; must go on while the process stands still. Default: `performance.now` (CLOCK_MONOTONIC). */
  readonly monotonicNow?: () => number;
  /** The clock that ids are stamped with. Default: `Date.now`. */
  readonly wallNow?: () => number;
  // None of the observers may throw: there is nobody to catch it.
  /** Told once, when the lease has ended without `release`; at the latest at its deadline, if the event loop turns. */
  readonly onLost?: (error: Error) => void;
  /** Told of every attempt whose outcome is unknown; it is repeated until the deadline. */
  readonly onRenewalFailed?: (error: unknown) => void;
}

export interface LeaseSettings extends Required<NodeLeaseOptions> {
  readonly terms: LeaseTerms;
}

const ignore = (): void => undefined;

/** @throws LeaseOptionsError */
export function leaseSettings(options: NodeLeaseOptions): LeaseSettings {
  const { ttlMs = 30_000, maxClockSkewMs = 5_000, issueAheadMs = 1_000, minNodeId = 0, maxNodeId = 1023, pool = 'default' } = options;
  const { marginMs = Math.ceil(ttlMs / 10), restMs = 2 * maxClockSkewMs + issueAheadMs + 1_000, requestTimeoutMs = Math.ceil(ttlMs / 6) } = options;

  const check = (holds: boolean, problem: string): void => {
    if (!holds) throw new LeaseOptionsError(problem);
  };
  for (const [name, value] of Object.entries({ ttlMs, marginMs, restMs, requestTimeoutMs, maxClockSkewMs, issueAheadMs, minNodeId, maxNodeId })) {
    check(Number.isSafeInteger(value) && value >= 0, `${name} is ${value}: give a whole number that is not negative.`);
  }
  check(minNodeId <= maxNodeId, `minNodeId (${minNodeId}) is greater than maxNodeId (${maxNodeId}): exchange them.`);
  check(pool.length > 0 && pool.length <= 200 && !/[{}]/.test(pool), 'pool is to have 1 to 200 characters, without braces.');
  check(ttlMs >= 100, `ttlMs is ${ttlMs}: give at least 100, and some seconds in production.`);
  check(ttlMs <= 86_400_000, `ttlMs is ${ttlMs}: give at most a day.`);
  check(requestTimeoutMs > 0, 'requestTimeoutMs is 0: give at least 1.');
  check(requestTimeoutMs < ttlMs - marginMs, `requestTimeoutMs is ${requestTimeoutMs}: an answer that late would be of a lease that has ended. Give less than ttlMs - marginMs (${ttlMs - marginMs}).`);
  check(marginMs > 0 && marginMs <= ttlMs / 2, `marginMs is ${marginMs}: give more than 0 and at most half of ttlMs (${ttlMs}).`);
  check(restMs > maxClockSkewMs, `restMs (${restMs}) is to be greater than maxClockSkewMs (${maxClockSkewMs}): give more rest.`);

  return {
    monotonicNow: () => performance.now(),
    wallNow: () => Date.now(),
    onLost: ignore,
    onRenewalFailed: ignore,
    holder: `${hostname()}:${process.pid}`,
    ...options,
    pool,
    minNodeId,
    maxNodeId,
    ttlMs,
    marginMs,
    restMs,
    requestTimeoutMs,
    maxClockSkewMs,
    issueAheadMs,
    terms: { ttlMs, restMs, maxClockSkewMs, issueAheadMs },
  };
}
