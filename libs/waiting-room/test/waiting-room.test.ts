import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { type AdmittedPlace, PlaceGoneError, RoomClosedError, UnknownRoomError, verifyAdmissions, type WaitingPlace } from '../src/index';
import { type Opened, openRooms } from './rooms';

let infra: Infra;
let one: Opened;
let rooms: Opened['rooms'];
let number = 0;

beforeAll(async () => {
  infra = await startInfra({ valkey: true });
  one = openRooms(infra.valkey.url);
  ({ rooms } = one);
});
afterAll(async () => {
  one?.close();
  await infra?.stop();
});

async function made(limit: number, intervalMs: number, more: object = {}): Promise<string> {
  const room = `room-${++number}`;
  await rooms.configure(room, { limit, intervalMs, ...more });
  return room;
}

async function waiting(room: string, ticket?: string): Promise<WaitingPlace> {
  const place = await rooms.enter(room, { ticket });
  if (place.status !== 'waiting') throw new Error('It was admitted.');
  return place;
}

async function admitted(room: string, ticket?: string): Promise<AdmittedPlace> {
  const place = await (ticket === undefined ? rooms.enter(room) : rooms.poll(room, ticket));
  if (place.status !== 'admitted') throw new Error(`It waits at ${place.position}.`);
  return place;
}

it('admits at once who need not wait, and the others in their order', async () => {
  const room = await made(2, 1_000);
  await admitted(room);
  await admitted(room);
  const third = await waiting(room);
  const fourth = await waiting(room);
  const fifth = await waiting(room);
  expect([third.position, fourth.position, fifth.position]).toEqual([1, 2, 3]);
  expect(third.etaMs).toBeGreaterThan(300);
  expect(third.etaMs).toBeLessThanOrEqual(1_001);
  expect(fifth.etaMs).toBeGreaterThan(1_300);
  await sleep(1_010);
  await admitted(room, third.ticket);
  expect(await rooms.poll(room, fifth.ticket)).toMatchObject({ status: 'waiting', position: 1 });
  await admitted(room, fourth.ticket);
  expect(verifyAdmissions(await rooms.admissions(room, 0, 100))).toEqual([]);
});

it('gives the same place, and later the same pass, to who comes again', async () => {
  const room = await made(1, 300);
  await admitted(room);
  const place = await waiting(room);
  expect(await waiting(room, place.ticket)).toMatchObject({ ticket: place.ticket, position: 1 });
  await sleep(310);
  const first = await admitted(room, place.ticket);
  expect(await admitted(room, place.ticket)).toEqual(first);
  expect(await rooms.enter(room, { ticket: place.ticket })).toEqual(first);
  expect((await rooms.status(room)).admitted).toBe(2);
});

it('gives no pass that has ended, also where nobody has come since', async () => {
  const room = await made(1, 100, { passTtlMs: 1_000 });
  const { ticket } = await admitted(room);
  await sleep(1_010);
  await expect(rooms.poll(room, ticket ?? '')).rejects.toThrow('its pass has ended');
  await expect(rooms.enter(room, { ticket })).rejects.toThrow(PlaceGoneError);
});

it('skips who has left without a word, at no quota, and gives up a place that is given back', async () => {
  const room = await made(1, 200, { graceMs: 300 });
  await admitted(room);
  const gone = await waiting(room);
  const left = await waiting(room);
  const patient = await waiting(room);
  await rooms.leave(room, left.ticket);
  await expect(rooms.poll(room, left.ticket)).rejects.toThrow(PlaceGoneError);
  await sleep(100);
  await rooms.poll(room, patient.ticket);
  await sleep(110);
  // Free again, but `gone` has still some of its time, and takes it.
  expect((await rooms.poll(room, patient.ticket)).status).toBe('waiting');
  await sleep(110);
  await rooms.poll(room, patient.ticket);
  await sleep(110);
  await admitted(room, patient.ticket);
  void gone;
});

it('has modes that may be changed while people wait', async () => {
  const room = await made(1, 100, { mode: 'paused' });
  const place = await waiting(room);
  expect(place.etaMs).toBeUndefined();
  await sleep(150);
  await waiting(room, place.ticket);
  await rooms.configure(room, { limit: 1, intervalMs: 100, mode: 'draining' });
  await expect(rooms.enter(room)).rejects.toThrow(RoomClosedError);
  await admitted(room, place.ticket);
  await rooms.configure(room, { limit: 1, intervalMs: 60_000, mode: 'queue-all' });
  const queued = await waiting(room);
  await rooms.configure(room, { limit: 1, intervalMs: 60_000, mode: 'pass-through' });
  expect(await admitted(room)).toMatchObject({ admittedAt: undefined });
  await admitted(room, queued.ticket);
  await rooms.configure(room, { mode: 'open' });
  await expect(rooms.poll(room, queued.ticket)).rejects.toThrow(PlaceGoneError);
});

it('knows no room that was not made', async () => {
  await expect(rooms.enter('nowhere')).rejects.toThrow(UnknownRoomError);
});

it('forgets a room that there is not, whatever it was asked for', async () => {
  const asked = rooms.room('nowhere');
  await expect(rooms.enter('nowhere')).rejects.toThrow(UnknownRoomError);
  await expect(rooms.status('nowhere')).rejects.toThrow(UnknownRoomError);
  expect(rooms.room('nowhere')).not.toBe(asked);
  const room = await made(1, 100);
  await rooms.enter(room);
  expect(rooms.room(room)).toBe(rooms.room(room));
});

it('holds to what another process has changed', async () => {
  const room = await made(1, 60_000, { graceMs: 60_000 });
  await admitted(room);
  const { ticket } = await waiting(room);
  const two = openRooms(infra.valkey.url, one.store);
  await two.rooms.configure(room, { limit: 1, intervalMs: 60_000, graceMs: 3_000 });
  two.close();
  await sleep(1_050);
  await rooms.poll(room, ticket); // learns it
  expect((await waiting(room, ticket)).pollAfterMs).toBeLessThan(1_500);
});

it('draws the order of who comes before the opening', async () => {
  const room = await made(100, 100, { opensAt: Date.now() + 600 });
  const places = [];
  for (let count = 0; count < 20; count += 1) places.push(await waiting(room));
  await sleep(650);
  await admitted(room, places[0]?.ticket);
  const order = (await rooms.admissions(room, 0, 100)).map(({ ticket }) => ticket);
  expect(order).toHaveLength(20);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  const came = places.map(({ ticket }) => Number(ticket.split('.')[4]));
  expect(came).not.toEqual(came.toSorted((a, b) => a - b));
});

it.each([
  ['flushall', (room: string, places: readonly WaitingPlace[]) => comeBackInReverse(room, places)],
  ['script', () => sleep(1_010)],
] as const)('keeps order, passes and rate when Redis forgets (%s)', async (how, wait) => {
  const room = await made(2, 1_000, { graceMs: 3_000 });
  await admitted(room);
  const used = await admitted(room);
  const places = [];
  for (let count = 0; count < 5; count += 1) places.push(await waiting(room));
  await (how === 'flushall' ? one.redis.flushall() : one.redis.script('FLUSH'));
  await wait(room, places);
  expect(await admitted(room, used.ticket)).toEqual(used);
  await admitted(room, places[0]?.ticket);
  await admitted(room, places[1]?.ticket);
  expect(await waiting(room, places[2]?.ticket)).toMatchObject({ position: 1 });
  const log = await rooms.admissions(room, 0, 100);
  expect(log).toHaveLength(4);
  expect(verifyAdmissions(log)).toEqual([]);
});

/** The last ones come first: nobody is let in until the first ones had time to come back. */
async function comeBackInReverse(room: string, places: readonly WaitingPlace[]): Promise<void> {
  await sleep(1_010);
  const newcomer = await waiting(room);
  for (const { ticket } of places.toReversed()) expect(await waiting(room, ticket)).toMatchObject({ position: 1 });
  expect(await waiting(room, newcomer.ticket)).toMatchObject({ position: 6 });
  while ((await waiting(room, newcomer.ticket)).phase === 'held') await sleep(50);
}

it('takes a named visitor in again when their pass has ended, and keeps the new one', async () => {
  const room = await made(5, 50, { passTtlMs: 1_500 });
  const first = await rooms.enter(room, { visitor: 'mina' });
  await sleep(1_510);
  const second = await rooms.enter(room, { visitor: 'mina' });
  expect(second).toMatchObject({ status: 'admitted' });
  expect(second.ticket).not.toBe(first.ticket);
  await admitted(room); // the first one is forgotten by now, and not the second one
  expect(await rooms.enter(room, { visitor: 'mina' })).toEqual(second);
  await one.redis.flushall();
  expect(await rooms.enter(room, { ticket: second.ticket })).toEqual(second);
});

it('holds to settings that another process has changed', async () => {
  const room = await made(1, 60_000, { passTtlMs: 60_000 });
  const first = await admitted(room);
  const other = openRooms(infra.valkey.url, one.store, one.passes);
  await other.rooms.configure(room, { limit: 2, intervalMs: 60_000, passTtlMs: 600_000 });
  const second = await admitted(room);
  other.close();
  const endsAfterMs = ({ pass, admittedAt = 0 }: AdmittedPlace): number => Number(decodeJwt(pass).exp) * 1_000 - admittedAt;
  expect(endsAfterMs(first)).toBeLessThanOrEqual(60_000);
  expect(endsAfterMs(second)).toBeGreaterThan(590_000);
});
