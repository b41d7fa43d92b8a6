import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { verifyAdmissions } from '../src/index';
import { findingsOf } from './findings';
import { bucketsTooFull, callersClock, fixedWindow, logOf, type NaiveGate } from './naive/gates';
import { type Opened, openRooms } from './rooms';

const RATE = { limit: 10, windowMs: 500 };

let infra: Infra;
let redis: Redis;
let one: Opened;
beforeAll(async () => {
  infra = await startInfra({ valkey: true });
  redis = new Redis(infra.valkey.url);
  one = openRooms(infra.valkey.url);
});
afterAll(async () => {
  redis?.disconnect();
  one?.close();
  await infra?.stop();
});

async function serverUs(): Promise<number> {
  const [seconds, us] = await redis.time();
  return Number(seconds) * 1_000_000 + Number(us);
}

/** Two processes whose clocks differ by `skewMs`, and a crowd that comes once a round. */
async function admittedBy(gate: NaiveGate, key: string, skewMs: number, rounds: number, pauseMs: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (let count = 0; count < 2 * RATE.limit; count += 1) {
      const now = await serverUs();
      if (await gate(redis, key, RATE, Math.floor(now / 1_000) + (count % 2) * skewMs)) times.push(now);
    }
    await sleep(pauseMs);
  }
  return times;
}

/** Until shortly before the edge of a window. */
async function untilTheEdge(): Promise<void> {
  const ms = (await serverUs()) / 1_000;
  await sleep(2 * RATE.windowMs - (ms % RATE.windowMs) - 40);
}

const tooMany = (log: ReturnType<typeof logOf>): number => verifyAdmissions(log).filter(({ kind }) => kind === 'above the rate').length;

it('a counter for each window lets in twice as many at its edge; counting by the same windows does not see it', async () => {
  let log = logOf([], RATE);
  // A busy machine may be at the edge too late: another edge, then.
  for (let edge = 0; edge < 10 && log.length < 2 * RATE.limit; edge += 1) {
    await untilTheEdge();
    log = logOf(await admittedBy(fixedWindow, `fixed-${edge}`, 0, 2, 40), RATE);
  }
  expect(log).toHaveLength(2 * RATE.limit);
  expect(tooMany(log)).toBe(RATE.limit);
  expect(findingsOf(log, []).fullWindows).toBe(RATE.limit);
  expect(bucketsTooFull(log)).toBe(0);
});

it("a sliding log by the callers' clocks lets in too many where they differ, and is right where they do not", async () => {
  const skewed = logOf(await admittedBy(callersClock, 'skewed', RATE.windowMs + 1, 4, 100), RATE);
  expect(tooMany(skewed)).toBeGreaterThan(0);
  expect(findingsOf(skewed, []).fullWindows).toBe(tooMany(skewed));
  const equal = logOf(await admittedBy(callersClock, 'equal', 0, 4, 100), RATE);
  expect(tooMany(equal)).toBe(0);
});

it('the room, asked at the same edge, lets in as many as it should', async () => {
  const { rooms } = one;
  await rooms.configure('edge', { limit: RATE.limit, intervalMs: RATE.windowMs });
  await untilTheEdge();
  const begun = performance.now();
  for (let round = 0; round < 2; round += 1) {
    for (let count = 0; count < 2 * RATE.limit; count += 1) await rooms.enter('edge');
    await sleep(40);
  }
  const log = await rooms.admissions('edge', 0, 100);
  const windows = 1 + Math.floor((performance.now() - begun) / RATE.windowMs);
  expect(log.length).toBeLessThanOrEqual(windows * RATE.limit);
  expect(verifyAdmissions(log)).toEqual([]);
});
