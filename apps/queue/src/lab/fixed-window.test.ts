import { RoomStore, verifyAdmissions, WaitingRooms } from '@madang/waiting-room';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { ABSENT, GUARDED, LAB, lookAtLab, lookForLab, turn } from '../../../../libs/lab/testing/lab-endpoints';
import { migrate, type Queue, startQueue } from '../../test/queue-fixture';
import { VisitorsService } from '../visitors/visitors.service';

const LIMIT = 10;
const INTERVAL_MS = 2_000;
const BEFORE_THE_EDGE_MS = 400;

let infra: Infra;
let queue: Queue;
let plain: Queue;
let number = 0;

beforeAll(async () => {
  infra = await startInfra({ valkey: true, postgres: { databases: ['queue'] } });
  await migrate(infra);
  plain = await startQueue(infra, { ADMIN_TOKEN: LAB.ADMIN_TOKEN });
  queue = await startQueue(infra, LAB);
});
afterAll(async () => {
  await queue?.app.close();
  await plain?.app.close();
  await infra?.stop();
});

/** As many as fit into an interval just before an edge of the clock's windows, and as many just after it. @returns the kinds of what the log is accused of */
async function crowdAtTheEdge(): Promise<{ admitted: number; faults: string[] }> {
  const [rooms, visitors, redis] = [queue.app.get(WaitingRooms), queue.app.get(VisitorsService), queue.app.get(Redis)];
  const room = `edge-${++number}`;
  await rooms.configure(room, { limit: LIMIT, intervalMs: INTERVAL_MS });
  const msToTheEdge = async (): Promise<number> => {
    const [seconds, us] = await redis.time();
    return INTERVAL_MS - ((Number(seconds) * 1_000 + Number(us) / 1_000) % INTERVAL_MS);
  };
  await sleep(((await msToTheEdge()) - BEFORE_THE_EDGE_MS + INTERVAL_MS) % INTERVAL_MS);
  for (let count = 0; count < LIMIT; count += 1) await visitors.enter(room, undefined);
  await sleep((await msToTheEdge()) + 5);
  for (let count = 0; count < LIMIT; count += 1) await visitors.enter(room, undefined);
  const log = await queue.app.get(RoomStore).after(room, 0, 100);
  return { admitted: log.length, faults: verifyAdmissions(log).map(({ kind }) => kind) };
}

it('the lab is there in the sandbox alone, for the admin alone, and in no document', async () => {
  expect(await lookAtLab(queue.app, 'admission')).toEqual({ ...GUARDED, state: { switches: { admission: 'sliding-window' }, faults: {} } });
  expect(await lookForLab(plain.app)).toEqual(ABSENT);
});

it('the sliding window lets in as many as it should at the edge of the clock’s windows', async () => {
  expect((await crowdAtTheEdge()).faults).toEqual([]);
});

it('a counter for each window lets in twice as many, and the log of admissions tells', async () => {
  await turn(queue.app, 'admission', 'fixed-window');
  let seen = await crowdAtTheEdge();
  // A busy machine may come to the edge too late: another edge, then.
  for (let edge = 0; edge < 10 && seen.faults.length === 0; edge += 1) seen = await crowdAtTheEdge();
  expect(seen).toEqual({ admitted: 2 * LIMIT, faults: Array.from({ length: LIMIT }, () => 'above the rate') });
});

it('switched back, the room goes on from the same history, by the rate', async () => {
  await turn(queue.app, 'admission', 'sliding-window');
  expect((await crowdAtTheEdge()).faults).toEqual([]);
  const log = await queue.app.get(RoomStore).after(`edge-${number - 1}`, 0, 100);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
});
