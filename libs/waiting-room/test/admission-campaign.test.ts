import { setTimeout as sleep } from 'node:timers/promises';
import { percentiles } from '../../../bench/percentiles.ts';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { type Admission, verifyAdmissions } from '../src/index';
import { Crowd, type Visit } from './crowd';
import { findingsOf, NOTHING_FOUND, visitorOf } from './findings';
import { type Addresses, Gate } from './gate/gate';
import { openRoomDatabase, type RoomDatabase } from './room-database';

/** `npm run stress:waiting-room`: 10 per 500 ms to the end, which takes 8 minutes. */
const WHOLE = process.env['MADANG_STRESS'] === '1';
const VISITORS = 10_000;
/** Told their place, and not heard of again. */
const ABANDONERS = VISITORS / 10;
const SLOW = { limit: 10, intervalMs: 500, graceMs: 9_000 };
const FAST = { ...SLOW, limit: 1_000 };

let infra: Infra;
let database: RoomDatabase;
let addresses: Addresses;
const gates: Gate[] = [];

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['queue'] }, valkey: true });
  addresses = { postgres: infra.postgres.url('queue'), valkey: infra.valkey.url };
  database = await openRoomDatabase(addresses.postgres);
  gates.push(...(await Promise.all([Gate.start(addresses), Gate.start(addresses)])));
});
afterAll(async () => {
  await Promise.all(gates.map((gate) => gate.kill()));
  await database?.close();
  await infra?.stop();
});

jest.setTimeout(WHOLE ? 700_000 : 90_000);

/** How far each prediction from `from` on, of a wait of at most `longest`, was off; in milliseconds. */
function errors(visits: readonly Visit[], log: readonly Admission[], from: number, longest = Infinity): number[] {
  const admittedAt = new Map(log.map((each) => [each.visitor, each.admittedAt / 1_000]));
  return visits.flatMap(({ ticket, predictions }) =>
    predictions
      .filter((prediction) => prediction.saidAt >= from && prediction.admittedAt - prediction.saidAt <= longest)
      .map((prediction) => Math.abs(prediction.admittedAt - (admittedAt.get(visitorOf(ticket)) ?? Infinity))),
  );
}

/** How long each place stood empty after the window had set it free, in milliseconds. */
function emptyMs(log: readonly Admission[], limit: number): number[] {
  return log.slice(limit).map(({ admittedAt, windowUs }, index) => (admittedAt - (log[index]?.admittedAt ?? 0) - windowUs) / 1_000);
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

it(`${VISITORS} at once, by two processes: never above the rate, in order, each once; who went without a word costs nothing`, async () => {
  const room = 'event-product';
  await gates[0]?.configure(room, SLOW);
  const crowd = new Crowd(room, gates);
  const began = Date.now();
  const patient = crowd.arrive(VISITORS - ABANDONERS);
  const abandoners = crowd.arrive(ABANDONERS, 0);
  await crowd.untilTold();
  const allTold = Date.now();
  await sleep(SLOW.graceMs + 1_000); // those who went are known to have gone
  const settled = Date.now();
  if (!WHOLE) await gates[1]?.configure(room, FAST);
  const { limit, intervalMs } = WHOLE ? SLOW : FAST;
  const raised = Date.now() + 100; // what was under way then still speaks of the old rate
  await crowd.gone();
  const log = await database.log(room);

  expect(verifyAdmissions(log)).toEqual([]);
  expect(findingsOf(log, patient)).toEqual(NOTHING_FOUND);
  expect(new Set(patient.map(({ admitted }) => admitted?.pass)).size).toBe(VISITORS - ABANDONERS);

  const ghosts = new Set(abandoners.map(({ ticket }) => visitorOf(ticket)));
  const afterwards = log.filter(({ admittedAt }) => admittedAt / 1_000 > settled);
  expect(afterwards.filter(({ visitor }) => ghosts.has(visitor))).toEqual([]);
  // The living take the whole rate: the next one is admitted as soon as the window allows.
  const slack = emptyMs(afterwards, limit);
  // Each window begins a little late, and so does all that is behind it: over hundreds of windows that adds up.
  const off = errors(patient, log, raised, 50 * intervalMs);
  tell(`  told within ${allTold - began} ms, all in after ${((Date.now() - began) / 1_000).toFixed(1)} s; polls ${patient.reduce((sum, { predictions }) => sum + predictions.length, 0)}`);
  tell(`  a free place stood empty for, in ms: ${percentiles(slack)}; before the raise ${percentiles(emptyMs(log.filter(({ limit: its }) => its === SLOW.limit), SLOW.limit))}`);
  tell(`  ETA of ${off.length} predictions was off by, in ms: ${percentiles(off)}; of all, however far: ${percentiles(errors(patient, log, raised))}`);
  expect(slack.filter((ms) => ms > intervalMs)).toEqual([]);
  expect(off.length).toBeGreaterThan(1_000);
  expect(off.filter((ms) => ms >= intervalMs).length).toBeLessThanOrEqual(off.length / 100);
});

it('10 per 5 seconds: as exact in a slow room', async () => {
  const room = 'slow';
  const [limit, intervalMs, visitors] = [10, 5_000, WHOLE ? 100 : 35];
  await gates[0]?.configure(room, { limit, intervalMs });
  const crowd = new Crowd(room, gates);
  const patient = crowd.arrive(visitors);
  await crowd.gone();
  const log = await database.log(room);
  expect(verifyAdmissions(log)).toEqual([]);
  expect(findingsOf(log, patient)).toEqual(NOTHING_FOUND);
  const off = errors(patient, log, 0);
  tell(`  ETA of ${off.length} predictions was off by, in ms: ${percentiles(off)}`);
  expect(off.filter((ms) => ms >= intervalMs)).toEqual([]);
  expect(Math.max(...off)).toBeLessThan(1_000);
});
