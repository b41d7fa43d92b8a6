import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { verifyAdmissions, type WaitingPlace } from '../src/index';
import { type Opened, openRooms } from './rooms';

let infra: Infra;
let one: Opened;
let rooms: Opened['rooms'];

beforeAll(async () => {
  infra = await startInfra({ valkey: true });
  one = openRooms(infra.valkey.url);
  ({ rooms } = one);
});
afterAll(async () => {
  one?.close();
  await infra?.stop();
});

async function enter(room: string, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, async () => (await rooms.enter(room)).ticket ?? ''));
}

it('is changed while people wait, up and down, to longer and shorter windows, and no window is ever too full', async () => {
  await rooms.configure('live', { limit: 2, intervalMs: 100 });
  await enter('live', 1_500);
  const rates = [[50, 100], [3, 100], [3, 400], [20, 50], [1, 200], [100, 100], [5, 30]] as const;
  for (const [limit, intervalMs] of rates) {
    await rooms.configure('live', { limit, intervalMs });
    for (const until = Date.now() + 450; Date.now() < until; ) {
      await rooms.room('live').advance();
      await sleep(5);
    }
  }
  const log = await rooms.admissions('live', 0, 1_000);
  expect(verifyAdmissions(log)).toEqual([]);
  const held = Map.groupBy(log, ({ limit, windowUs }) => `${limit} per ${windowUs / 1_000}`);
  expect([...held.keys()]).toEqual(expect.arrayContaining(rates.map(([limit, intervalMs]) => `${limit} per ${intervalMs}`)));
  // The new rate holds against what the old one has let in: 3 per 100 ms wait until of the 50 only 2 are left in the window.
  const lowered = held.get('3 per 100')?.[0];
  const before = log.filter(({ seq }) => seq < (lowered?.seq ?? 0)).at(-3);
  expect((lowered?.admittedAt ?? 0) - (before?.admittedAt ?? 0)).toBeGreaterThan(100_000);
});

it('does not add up while nobody comes', async () => {
  await rooms.configure('idle', { limit: 2, intervalMs: 100 });
  await enter('idle', 1);
  await sleep(500);
  const places = await Promise.all(Array.from({ length: 5 }, () => rooms.enter('idle')));
  expect(places.map(({ status }) => status)).toEqual(['admitted', 'admitted', 'waiting', 'waiting', 'waiting']);
});

it('is each room\'s own', async () => {
  await Promise.all(['a', 'b', 'c'].map((room, index) => rooms.configure(room, { limit: index + 1, intervalMs: 60_000 })));
  for (const room of ['a', 'b', 'c']) await enter(room, 5);
  const [ofA] = await enter('a', 1);
  await expect(rooms.poll('b', ofA ?? '')).rejects.toThrow('is of the room "a"');
  const admitted = await Promise.all(['a', 'b', 'c'].map(async (room) => (await rooms.status(room)).admitted));
  expect(admitted).toEqual([1, 2, 3]);
  expect(await rooms.names()).toEqual(expect.arrayContaining(['a', 'b', 'c']));
});

it('knows the rank and the wait of everybody in a long queue', async () => {
  const [limit, intervalMs] = [10, 60_000];
  await rooms.configure('long', { limit, intervalMs });
  await enter('long', limit);
  const tickets: string[] = [];
  const ranked: WaitingPlace[] = [];
  for (let batch = 0; batch < 20; batch += 1) tickets.push(...(await enter('long', 250)));
  for (let batch = 0; batch < 20; batch += 1) {
    ranked.push(...((await Promise.all(tickets.slice(250 * batch, 250 * (batch + 1)).map((ticket) => rooms.poll('long', ticket)))) as WaitingPlace[]));
  }
  expect(ranked.map(({ position }) => position)).toEqual(tickets.map((_, index) => index + 1));
  for (const [index, { etaMs = 0 }] of ranked.entries()) {
    const rounds = Math.floor(index / limit);
    expect(etaMs).toBeGreaterThan(rounds * intervalMs);
    expect(etaMs).toBeLessThanOrEqual((rounds + 1) * intervalMs + 1);
  }
});

it('is estimated from when each of the places is free again', async () => {
  await rooms.configure('uneven', { limit: 2, intervalMs: 2_000 });
  await enter('uneven', 1);
  await sleep(800);
  await enter('uneven', 1);
  const etas: number[] = [];
  for (let count = 0; count < 4; count += 1) etas.push(((await rooms.enter('uneven')) as WaitingPlace).etaMs ?? 0);
  for (const [index, expected] of [1_200, 2_000, 3_200, 4_000].entries()) {
    expect(etas[index]).toBeGreaterThan(expected - 200);
    expect(etas[index]).toBeLessThan(expected + 50);
  }
});

it('waits for who went without a word only as long as they had, however many they are', async () => {
  await rooms.configure('ghosts', { limit: 1, intervalMs: 50, graceMs: 400 });
  await enter('ghosts', 1_000);
  const [patient = ''] = await enter('ghosts', 1);
  const began = Date.now();
  let place = await rooms.poll('ghosts', patient);
  while (place.status === 'waiting') {
    await sleep(Math.min(place.pollAfterMs, 20));
    place = await rooms.poll('ghosts', patient);
  }
  // 1,000 of them would have taken 50 s.
  expect(Date.now() - began).toBeLessThan(1_500);
  expect(verifyAdmissions(await rooms.admissions('ghosts', 0, 2_000))).toEqual([]);
});

it('gives a visitor who is named one place, however often they come without a ticket', async () => {
  await rooms.configure('again', { limit: 1, intervalMs: 60_000 });
  const first = await rooms.enter('again', { visitor: 'mina' });
  const again = await rooms.enter('again', { visitor: 'mina' });
  expect(again).toEqual(first);
  const [waits, same] = [await rooms.enter('again', { visitor: 'noor' }), await rooms.enter('again', { visitor: 'noor' })];
  expect(same).toMatchObject({ status: 'waiting', ticket: waits.ticket, position: 1 });
  for (const visitor of ['', 'a.b', 'a b', 'ä', 'a'.repeat(65)]) await expect(rooms.enter('again', { visitor })).rejects.toThrow(RangeError); // their ticket could not be read again
});
