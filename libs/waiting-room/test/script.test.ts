import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { type Admission, MemoryRoomStore, type Place, Tickets, verifyAdmissions, type WaitingPlace } from '../src/index';
import { RoomScript } from '../src/room/room-script';
import { type Opened, openRooms, TICKET_KEY } from './rooms';

/** What of the script no visitor notices on a good day: each of these fails if its line is left out. */

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

const tickets = new Tickets([TICKET_KEY]);
const key = (room: string, name: string): string => `{wr:${room}}:${name}`;
const numberOf = ({ ticket = '' }: Place): number => Number(ticket.split('.')[4]);

async function serverUs(): Promise<number> {
  const [seconds, us] = await one.redis.time();
  return Number(seconds) * 1_000_000 + Number(us);
}

/** As Redis gives it out for that moment, now or ever. */
function ticketOf(room: string, visitor: string, number: number): string {
  return tickets.sign({ room, visitor, number });
}

async function ticketIn(room: string): Promise<string> {
  return (await rooms.enter(room)).ticket ?? '';
}

/** Of the room's state, which is packed: see room.lua.ts. */
async function setState(room: string, field: 'at' | 'hold' | 'heard', us: number): Promise<void> {
  const write = "local s = { cmsgpack.unpack(redis.call('GET', KEYS[1])) } s[tonumber(ARGV[1])] = tonumber(ARGV[2]) redis.call('SET', KEYS[1], cmsgpack.pack(unpack(s)))";
  await one.redis.eval(write, 1, key(room, 'state'), { at: 6, hold: 7, heard: 8 }[field], us);
}

/** So much time goes by: whatever was heard, was heard so much earlier. */
async function later(room: string, ms: number): Promise<void> {
  const seen = "for _, v in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZINCRBY', KEYS[1], ARGV[1], v) end";
  await one.redis.eval(seen, 1, key(room, 'seen'), -1_000 * ms);
  const state = "local s = { cmsgpack.unpack(redis.call('GET', KEYS[1])) } for _, at in ipairs({ 8, 9, 10 }) do s[at] = s[at] - ARGV[1] end redis.call('SET', KEYS[1], cmsgpack.pack(unpack(s)))";
  await one.redis.eval(state, 1, key(room, 'state'), 1_000 * ms);
}

it('queue-all: whoever enters waits, with or without a ticket, though there is room; who asks is admitted', async () => {
  await rooms.configure('all', { limit: 5, intervalMs: 60_000, mode: 'queue-all' });
  const first = await rooms.enter('all');
  expect(first).toMatchObject({ status: 'waiting', position: 1 });
  expect(await rooms.enter('all', { ticket: first.ticket })).toMatchObject({ status: 'waiting', position: 1 });
  expect(await rooms.enter('all', { visitor: 'mina' })).toMatchObject({ status: 'waiting', position: 2 });
  expect(await rooms.poll('all', first.ticket ?? '')).toMatchObject({ status: 'admitted' });
});

it('pass-through: those who wait are admitted by nobody', async () => {
  await rooms.configure('through', { limit: 1, intervalMs: 60_000 });
  await rooms.enter('through');
  await rooms.enter('through');
  await rooms.configure('through', { mode: 'pass-through', intervalMs: 1 });
  expect(await rooms.room('through').advance()).toMatchObject({ admitted: 0, waiting: 1, nextInMs: undefined });
  expect((await rooms.status('through')).admitted).toBe(1);
});

it('a clock that is set back stands still until it has caught up', async () => {
  await rooms.configure('back', { limit: 2, intervalMs: 60_000 });
  await rooms.enter('back');
  const ahead = (await serverUs()) + 30_000_000;
  await setState('back', 'at', ahead);
  expect(await rooms.enter('back')).toMatchObject({ status: 'admitted', admittedAt: Math.floor(ahead / 1_000) });
  expect(verifyAdmissions(await rooms.admissions('back', 0, 10))).toEqual([]);
});

it('a ticket that Redis does not know gets its place for ticketTtlMs, and newcomers are behind it, also if it comes from a clock that was ahead', async () => {
  await rooms.configure('ttl', { limit: 1, intervalMs: 60_000, ticketTtlMs: 600_000, mode: 'paused' });
  const now = await serverUs();
  const [old, good, ahead] = [ticketOf('ttl', 'old', now - 601_000_000), ticketOf('ttl', 'good', now + 1), ticketOf('ttl', 'ahead', now + 500_000_000)];
  await expect(rooms.poll('ttl', old)).rejects.toThrow('is over');
  expect(await rooms.poll('ttl', good)).toMatchObject({ status: 'waiting', ticket: good });
  expect(await rooms.poll('ttl', ahead)).toMatchObject({ status: 'waiting', ticket: ahead });
  expect(numberOf(await rooms.enter('ttl'))).toBeGreaterThan(now + 500_000_000);
});

it('nobody was heard for half of graceMs: nobody is admitted until those who were there had time to come back', async () => {
  await rooms.configure('silent', { limit: 1, intervalMs: 10, graceMs: 60_000 });
  await rooms.configure('silent', { mode: 'paused' });
  const [first, second, third] = [await ticketIn('silent'), await ticketIn('silent'), await ticketIn('silent')];
  await rooms.configure('silent', { mode: 'open' });
  await later('silent', 31_000);
  expect(await rooms.poll('silent', second)).toMatchObject({ status: 'waiting', position: 2, phase: 'held' });
  expect(await rooms.poll('silent', first)).toMatchObject({ status: 'waiting', position: 1, phase: 'held' });
  expect((await rooms.room('silent').advance()).nextInMs).toBeGreaterThan(20_000);
  // All are back: there is nobody to wait for.
  expect(await rooms.poll('silent', third)).toMatchObject({ status: 'waiting', position: 2, phase: 'line' });
  expect((await rooms.status('silent')).admitted).toBe(1);
});

describe('a visitor who asks seldom', () => {
  it('and waits alone is admitted', async () => {
    await rooms.configure('alone', { limit: 1, intervalMs: 10, graceMs: 60_000, mode: 'queue-all' });
    const ticket = await ticketIn('alone');
    await later('alone', 40_000);
    expect(await rooms.poll('alone', ticket)).toMatchObject({ status: 'admitted' });
  });

  it('is admitted although others have left without a word, who have two silences to come back', async () => {
    await rooms.configure('seldom', { limit: 1, intervalMs: 10, graceMs: 60_000, mode: 'paused' });
    const [gone, ticket] = [await ticketIn('seldom'), await ticketIn('seldom')];
    await rooms.configure('seldom', { mode: 'open' });
    for (const held of [1, 2]) {
      await later('seldom', 40_000);
      expect([held, await rooms.poll('seldom', ticket)]).toMatchObject([held, { status: 'waiting', position: 2, phase: 'held' }]);
    }
    await later('seldom', 40_000);
    expect(await rooms.poll('seldom', ticket)).toMatchObject({ status: 'admitted' });
    await expect(rooms.poll('seldom', gone)).rejects.toThrow('is over');
  });

  it('has all of graceMs, also from a moment that was not noted', async () => {
    await rooms.configure('whole', { limit: 1, intervalMs: 10, graceMs: 60_000, mode: 'paused' });
    const [first, second] = [await ticketIn('whole'), await ticketIn('whole')];
    for (const [ms, ticket] of [[2_900, first], [20_000, second], [20_000, second]] as const) {
      await later('whole', ms);
      await rooms.poll('whole', ticket);
    }
    await rooms.configure('whole', { mode: 'open' });
    await later('whole', 19_000); // 59 s after the first one asked, who is noted as seen 61.9 s ago
    expect(await rooms.poll('whole', second)).toMatchObject({ status: 'waiting', position: 1 });
    expect(await rooms.poll('whole', first)).toMatchObject({ status: 'admitted' });
  });
});

it('those who have left without a word are counted no longer, 1,000 at one call in eight or so', async () => {
  await rooms.configure('gone', { limit: 1, intervalMs: 60_000, graceMs: 60_000 });
  await rooms.enter('gone');
  await one.redis.eval("for i = 1, 2500 do redis.call('ZADD', KEYS[1], i, 'gone' .. i) redis.call('ZADD', KEYS[2], i, 'gone' .. i) end", 2, key('gone', 'queue'), key('gone', 'seen'));
  const { ticket, position } = (await rooms.enter('gone')) as WaitingPlace; // may have been that call already
  const positions = [position];
  for (let asked = 0; asked < 500 && positions.at(-1) !== 1; asked += 1) positions.push(((await rooms.poll('gone', ticket)) as WaitingPlace).position);
  expect(positions.at(-1)).toBe(1);
  expect(new Set(positions).size).toBeGreaterThan(2); // not all at once
});

it('many who ask in one moment are answered each for themselves: who was before, who comes back between, and who has no place any more', async () => {
  await rooms.configure('many', { limit: 1, intervalMs: 60_000, ticketTtlMs: 600_000, mode: 'paused' });
  const [first, second, third] = [await ticketIn('many'), await ticketIn('many'), await ticketIn('many')];
  for (const ticket of [first, third]) await one.redis.zrem(key('many', 'queue'), ticket.split('.')[3] ?? '');
  const gone = ticketOf('many', 'gone', (await serverUs()) - 601_000_000);
  const asked = await Promise.allSettled([second, third, gone, first, second].map((ticket) => rooms.poll('many', ticket)));
  expect(asked.map((each) => (each.status === 'fulfilled' ? [each.value.ticket, (each.value as WaitingPlace).position] : (each.reason as Error).name))).toEqual([[second, 2], [third, 3], 'PlaceGoneError', [first, 1], [second, 2]]);
});

describe('what was given up', () => {
  it('is forgotten once its ticket would get nothing back, and not before', async () => {
    await rooms.configure('left', { limit: 1, intervalMs: 60_000 });
    await rooms.enter('left');
    const left: string[] = [];
    for (let count = 0; count < 20; count += 1) left.push(await ticketIn('left'));
    const last = await ticketIn('left');
    for (const ticket of left) await rooms.leave('left', ticket);
    expect(await one.redis.zcard(key('left', 'left'))).toBe(20);
    for (const ticket of left) await expect(rooms.poll('left', ticket)).rejects.toThrow('was given up');
    await rooms.configure('left', { intervalMs: 1 });
    expect(await rooms.poll('left', last)).toMatchObject({ status: 'admitted' }); // now all of them are below the served
    await setState('left', 'heard', (await serverUs()) - 10_000_000);
    await rooms.enter('left');
    expect(await one.redis.zcard(key('left', 'left'))).toBe(0);
    await expect(rooms.poll('left', left[0] ?? '')).rejects.toThrow('is over');
  });

  it('is a ticket, and not its visitor: who enters again by their name, and loses the connection, comes back to the new place', async () => {
    await rooms.configure('named', { limit: 1, intervalMs: 60_000 });
    await rooms.enter('named');
    const first = await rooms.enter('named', { visitor: 'mina' });
    await rooms.leave('named', first.ticket ?? '');
    const second = await rooms.enter('named', { visitor: 'mina' });
    await one.redis.zrem(key('named', 'queue'), 'mina');
    expect(await rooms.poll('named', second.ticket ?? '')).toMatchObject({ ticket: second.ticket, position: 1 });
    await one.redis.zrem(key('named', 'queue'), 'mina');
    await expect(rooms.poll('named', first.ticket ?? '')).rejects.toThrow('was given up');
  });
});

it('what may not be in the store yet stays in Redis, also when its pass has ended; the rest goes', async () => {
  const store = new MemoryRoomStore();
  const { rooms: its, redis, close } = openRooms(infra.valkey.url, store);
  await its.configure('out', { limit: 100, intervalMs: 60_000 });
  for (let count = 0; count < 4; count += 1) await its.enter('out');
  const kept = async (): Promise<number[]> => (await redis.xrange(key('out', 'out'), '-', '+')).map(([id]) => Number.parseInt(id, 10));
  const script = new RoomScript(redis, 'out', { openArguments: () => Promise.reject(new Error('Redis has forgotten.')), markOpened: () => Promise.resolve() });
  const joined = (visitor: string, durable: number) => script.ask('join', durable, 0, [{ visitor, number: 0 }]);
  await joined('soon', 4);
  expect(await kept()).toEqual([1, 2, 3, 4, 5]); // their passes hold
  await its.configure('out', { passTtlMs: 1_000 });
  await sleep(1_010);
  await joined('late', 2);
  expect(await kept()).toEqual([2, 3, 4, 5, 6]);
  await joined('later', 5);
  expect(await kept()).toEqual([4, 5, 6, 7]); // twice as many as were admitted
  expect(await redis.hlen(key('out', 'admitted'))).toBe(4);
  close();
});

it('whoever was admitted, and waits again in a Redis that went back, is not admitted again', async () => {
  await rooms.configure('copy', { limit: 1, intervalMs: 60_000 });
  await rooms.enter('copy');
  const waits = await ticketIn('copy');
  await rooms.configure('copy', { intervalMs: 1 });
  const names = ['settings', 'state', 'queue', 'seen', 'recent', 'admitted', 'out'];
  const dumps = await Promise.all(names.map((name) => one.redis.dumpBuffer(key('copy', name))));
  const pass = await rooms.poll('copy', waits);
  expect(pass.status).toBe('admitted');
  for (const [at, name] of names.entries()) {
    await one.redis.del(key('copy', name));
    const dump = dumps[at];
    if (dump) await one.redis.restore(key('copy', name), 0, dump);
  }
  await one.redis.script('FLUSH');
  expect((await rooms.status('copy')).waiting).toBe(0);
  await setState('copy', 'hold', 0);
  await rooms.room('copy').advance();
  expect(await rooms.poll('copy', waits)).toEqual(pass);
  expect(await rooms.admissions('copy', 0, 10)).toHaveLength(2);
});

it('a visitor who is named, and comes without a ticket after Redis has lost everything, is in with the same pass and has no second place', async () => {
  const room = 'lost-name';
  await rooms.configure(room, { limit: 1, intervalMs: 50, graceMs: 600, passTtlMs: 60_000 });
  const pass = await rooms.enter(room, { visitor: 'mina' });
  expect(pass.status).toBe('admitted');
  await one.redis.flushall();
  expect(await rooms.enter(room, { visitor: 'mina' })).toEqual(pass);
  expect(await rooms.enter(room, { visitor: 'noor' })).toMatchObject({ status: 'waiting', position: 1, phase: 'held' });
  const log: readonly Admission[] = await rooms.admissions(room, 0, 10);
  expect(log.map(({ visitor }) => visitor)).toEqual(['mina']);
});

it('who comes back with a drawn place that another one has drawn meanwhile has the next one, and both are admitted', async () => {
  const room = 'drawn-twice';
  await rooms.configure(room, { limit: 10, intervalMs: 100, opensAt: Date.now() + 60_000 });
  const place = await rooms.enter(room);
  expect(place).toMatchObject({ phase: 'pre-queue' });
  const back = await rooms.poll(room, ticketOf(room, 'back', numberOf(place)));
  expect(numberOf(back)).toBe(numberOf(place) + 1);
  await rooms.configure(room, { opensAt: undefined });
  for (const { ticket = '' } of [place, back]) expect(await rooms.poll(room, ticket)).toMatchObject({ status: 'admitted' });
  expect(verifyAdmissions(await rooms.admissions(room, 0, 10))).toEqual([]);
});
