import type { Redis } from 'ioredis';
import type { Admission } from '../../src/index';
import { chained } from '../../src/audit/chain';

export interface Rate {
  readonly limit: number;
  readonly windowMs: number;
}

/** What many would write first: whether one more may be let in now. Here to be found out; see naive.test.ts. */
export type NaiveGate = (redis: Redis, key: string, rate: Rate, now: number) => Promise<boolean>;

/** A counter for each window, which begins anew at its edge. */
export const fixedWindow: NaiveGate = async (redis, key, { limit, windowMs }, now) => {
  const counter = `${key}:${Math.floor(now / windowMs)}`;
  return (await redis.incr(counter)) <= limit;
};

/** A sliding log, atomic, by the caller's clock. */
export const callersClock: NaiveGate = async (redis, key, { limit, windowMs }, now) => {
  const script = `
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ARGV[2])
    if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
    redis.call('ZADD', KEYS[1], ARGV[1], redis.call('INCR', KEYS[1] .. ':seq'))
    return 1`;
  return (await redis.eval(script, 1, key, now, windowMs, limit)) === 1;
};

/** A log as the room keeps it, of times by the server's clock. */
export function logOf(timesUs: readonly number[], { limit, windowMs }: Rate): Admission[] {
  let hash = '';
  return timesUs.map((admittedAt, index) => {
    const admission = { seq: index + 1, visitor: `visitor-${index}`, ticket: index + 1, admittedAt, limit, windowUs: windowMs * 1_000 };
    hash = chained(hash, admission);
    return { ...admission, hash };
  });
}

/** What counts admissions by the windows of the clock finds. */
export function bucketsTooFull(log: readonly Admission[]): number {
  return [...Map.groupBy(log, ({ admittedAt, windowUs }) => Math.floor(admittedAt / windowUs)).values()].filter((bucket) => bucket.length > (bucket[0]?.limit ?? 0)).length;
}
