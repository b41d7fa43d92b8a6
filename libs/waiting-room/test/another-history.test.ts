import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { type Admission, type HistoryEnd, MemoryRoomStore, type Place, RoomClock, verifyAdmissions } from '../src/index';
import { type Opened, openRooms } from './rooms';

let infra: Infra;
let one: Opened;
beforeAll(async () => {
  infra = await startInfra({ valkey: true });
});
afterEach(() => one?.close());
afterAll(() => infra?.stop());

/** A store that answers when it is told to. */
class SlowStore extends MemoryRoomStore {
  readonly appending = Promise.withResolvers<void>();
  #held: Promise<void> | undefined;
  #go: () => void = () => undefined;

  hold(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    this.#go = resolve;
  }

  release(): void {
    this.#held = undefined;
    this.#go();
  }

  override async append(room: string, admissions: readonly Admission[]): Promise<void> {
    if (this.#held) this.appending.resolve();
    await this.#held;
    return super.append(room, admissions);
  }

  override async end(room: string, recent: number): Promise<HistoryEnd> {
    const end = await super.end(room, recent);
    await sleep(30);
    return end;
  }
}

/** What it says of its end is old when it comes. */
class LateStore extends MemoryRoomStore {
  delayMs = 0;

  override async end(room: string, recent: number): Promise<HistoryEnd> {
    const end = await super.end(room, recent);
    await sleep(this.delayMs);
    return end;
  }
}

function keysOf(room: string): string[] {
  return ['settings', 'state', 'queue', 'seen', 'recent', 'admitted', 'out', 'left'].map((name) => `{wr:${room}}:${name}`);
}

function copied(room: string): Promise<(Buffer | null)[]> {
  return Promise.all(keysOf(room).map((key) => one.redis.dumpBuffer(key)));
}

/** As a fail-over to a replica that is behind leaves it. */
async function restored(room: string, copy: readonly (Buffer | null)[]): Promise<void> {
  for (const [index, key] of keysOf(room).entries()) {
    await one.redis.del(key);
    const dump = copy[index];
    if (dump) await one.redis.restore(key, 0, dump);
  }
}

/** Whoever was told is in the log, within the rate. */
async function expectTruth(room: string, places: readonly Place[]): Promise<void> {
  const log = await one.rooms.admissions(room, 0, 100);
  const logged = new Set(log.map(({ visitor }) => visitor));
  for (const { status, ticket = '' } of places) expect([status, logged.has(ticket.split('.')[3] ?? '')]).toEqual([status, status === 'admitted']);
  expect(verifyAdmissions(log)).toEqual([]);
}

it('nobody is told by a Redis that went back and still knows the script', async () => {
  one = openRooms(infra.valkey.url);
  await one.rooms.configure('back', { limit: 3, intervalMs: 2_000 });
  const places = [await one.rooms.enter('back')];
  const copy = await copied('back');
  places.push(await one.rooms.enter('back'), await one.rooms.enter('back'));
  await restored('back', copy);
  places.push(await one.rooms.enter('back'), await one.rooms.enter('back'));
  expect(places.map(({ status }) => status)).toEqual(['admitted', 'admitted', 'admitted', 'waiting', 'waiting']);
  await expectTruth('back', places);
});

it('nobody is told by a number that the store has from before a loss', async () => {
  const store = new SlowStore();
  one = openRooms(infra.valkey.url, store);
  await one.rooms.configure('lost', { limit: 2, intervalMs: 10_000, graceMs: 600 });
  const places = [await one.rooms.enter('lost')];
  store.hold();
  const underWay = one.rooms.enter('lost');
  await store.appending.promise;
  await one.redis.flushall();
  await one.redis.script('FLUSH');
  await one.rooms.status('lost'); // opens, with what the store has by now
  store.release();
  places.push(await underWay);
  await sleep(300); // the hold
  places.push(await one.rooms.enter('lost'));
  expect(places.map(({ status }) => status)).toEqual(['admitted', 'admitted', 'waiting']);
  await expectTruth('lost', places);
});

it('nor by an append that was under way for somebody else', async () => {
  const store = new SlowStore();
  one = openRooms(infra.valkey.url, store);
  await one.rooms.configure('joined', { limit: 2, intervalMs: 10_000, graceMs: 600 });
  const places = [await one.rooms.enter('joined')];
  const copy = await copied('joined');
  store.hold();
  const first = one.rooms.enter('joined');
  await store.appending.promise;
  await restored('joined', copy);
  await one.redis.script('FLUSH');
  const second = one.rooms.enter('joined');
  await sleep(100);
  store.release();
  places.push(await first, await second);
  expect(places.map(({ status }) => status)).toEqual(['admitted', 'admitted', 'waiting']);
  await expectTruth('joined', places);
});

it('a look at the store that was long ago is not taken for another history', async () => {
  const store = new LateStore();
  one = openRooms(infra.valkey.url, store);
  const other = openRooms(infra.valkey.url, store);
  await one.rooms.configure('stale', { limit: 1, intervalMs: 10, passTtlMs: 1_000 });
  await one.rooms.enter('stale');
  await sleep(1_050);
  store.delayMs = 400;
  const change = other.rooms.configure('stale', { limit: 2 });
  await sleep(100);
  for (let more = 0; more < 2; more += 1) {
    expect(await one.rooms.enter('stale')).toMatchObject({ status: 'admitted' }); // the first is forgotten by Redis
    await sleep(20);
  }
  await change;
  expect(await one.rooms.enter('stale')).toMatchObject({ status: 'admitted' });
  expect(verifyAdmissions(await one.rooms.admissions('stale', 0, 10))).toEqual([]);
  other.close();
});

it('while the store is away everybody is let in where the room is to be open then, and none of them is counted', async () => {
  const store = new MemoryRoomStore();
  one = openRooms(infra.valkey.url, store);
  await one.rooms.configure('let-in', { limit: 1, intervalMs: 100, onOutage: 'open' });
  await one.rooms.enter('let-in');
  const append = jest.spyOn(store, 'append').mockRejectedValue(new Error('connection refused'));
  await sleep(120);
  for (let count = 0; count < 5; count += 1) expect(await one.rooms.enter('let-in')).toMatchObject({ status: 'admitted', ticket: undefined });
  await one.rooms.configure('let-in', { mode: 'paused' });
  expect(await one.rooms.enter('let-in')).toMatchObject({ status: 'waiting', phase: 'paused' });
  append.mockRestore();
});

it('a loss lets nobody in above a rate, however large its limit is', async () => {
  one = openRooms(infra.valkey.url);
  await one.rooms.configure('large', { limit: 30, intervalMs: 60_000, graceMs: 600 });
  for (let count = 0; count < 30; count += 1) expect(await one.rooms.enter('large')).toMatchObject({ status: 'admitted' });
  await one.redis.flushall();
  const { ticket = '' } = await one.rooms.enter('large');
  await sleep(350); // the hold
  expect(await one.rooms.poll('large', ticket)).toMatchObject({ status: 'waiting', phase: 'line' });
  expect((await one.rooms.status('large')).admitted).toBe(30);
});

it('what was configured last holds, also while another change is under way', async () => {
  one = openRooms(infra.valkey.url, new SlowStore());
  const rate = { limit: 5, intervalMs: 1_000 };
  await one.rooms.configure('changed', rate);
  const first = one.rooms.configure('changed', { limit: 6 });
  await sleep(10);
  await one.rooms.configure('changed', { mode: 'paused' });
  await first;
  expect((await one.rooms.enter('changed')).status).toBe('waiting');
});

it('while the store is away for longer than a pass holds, hardly anybody is admitted whom nobody can tell', async () => {
  const store = new SlowStore();
  one = openRooms(infra.valkey.url, store);
  await one.rooms.configure('away', { limit: 1, intervalMs: 100, passTtlMs: 1_000 });
  const tickets: string[] = [];
  for (let count = 0; count < 6; count += 1) tickets.push((await one.rooms.enter('away')).ticket ?? '');
  const append = jest.spyOn(store, 'append').mockRejectedValue(new Error('connection refused'));
  const ask = async (): Promise<string[]> => Promise.all(tickets.slice(1).map((ticket) => one.rooms.poll('away', ticket).then(({ status }) => status, ({ code }: { code: string }) => code)));
  for (const until = performance.now() + 1_500; performance.now() < until; await sleep(50)) await ask();
  append.mockRestore();
  await sleep(200);
  await ask();
  expect((await ask()).filter((status) => status === 'WAITING_ROOM_PLACE_GONE')).toHaveLength(1); // it went away under the first
  for (const until = performance.now() + 10_000; performance.now() < until && (await one.rooms.status('away')).waiting > 0; await sleep(50)) await ask();
  expect((await one.rooms.status('away')).waiting).toBe(0);
});

it('a clock does not run hot where everybody passes through', async () => {
  one = openRooms(infra.valkey.url);
  await one.rooms.configure('through', { limit: 1, intervalMs: 60_000 });
  await one.rooms.enter('through');
  await one.rooms.enter('through');
  await one.rooms.configure('through', { limit: 1, intervalMs: 60_000, mode: 'pass-through' });
  let ticks = 0;
  const clock = new RoomClock(one.rooms.room('through'), () => (ticks += 1), () => undefined);
  await sleep(300);
  await clock.stop();
  expect(ticks).toBeLessThan(4);
});

it('rooms that there are not are not remembered while Redis is away', async () => {
  one = openRooms(infra.valkey.url);
  await infra.process('valkey').kill();
  await expect(one.rooms.enter('nowhere')).rejects.toThrow('does not answer');
  const again = one.rooms.room('nowhere');
  await expect(one.rooms.enter('nowhere')).rejects.toThrow('does not answer');
  expect(one.rooms.room('nowhere')).not.toBe(again);
  await infra.process('valkey').start();
});
