import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { drawnTicket, type Place, verifyAdmissions } from '../src/index';
import { type Opened, openRooms } from './rooms';

/** Openings that are changed, followed by another one, or passed by: what was drawn, promised and told stays. */

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

const numberOf = ({ ticket = '' }: Place): number => Number(ticket.split('.')[4]);
const visitorOf = ({ ticket = '' }: Place): string => ticket.split('.')[3] ?? '';
const inAMinute = (): number => Date.now() + 60_000;

async function untilOpen(room: string): Promise<void> {
  for (;;) {
    const { now, settings } = await rooms.status(room);
    if (now > (settings.opensAt ?? 0)) return;
    await sleep(20);
  }
}

it('a seed that was promised is the one that is published, whatever is changed after the opening', async () => {
  await rooms.configure('promised', { limit: 1_000, intervalMs: 50, opensAt: Date.now() + 600 });
  const promised = (await rooms.status('promised')).settings.seed;
  const came = await Promise.all(Array.from({ length: 5 }, () => rooms.enter('promised')));
  await untilOpen('promised');
  await rooms.configure('promised', { limit: 500 });
  await rooms.configure('promised', { opensAt: undefined });
  const { settings, drawn } = await rooms.status('promised');
  expect(settings.seed).toBe(promised);
  for (const place of came) expect(numberOf(place)).toBe(drawnTicket(settings.seed, visitorOf(place), drawn.from, drawn.to));
});

it.each([
  ['taken away', { opensAt: undefined }],
  ['brought forward', { opensAt: 1_000_000_000_000 }],
])('a second opening lets nobody overtake who waits since the first, which was %s before its range had passed', async (how, change) => {
  const room = how.replace(' ', '-');
  await rooms.configure(room, { limit: 1, intervalMs: 300, opensAt: inAMinute() });
  await rooms.configure(room, change);
  await rooms.enter(room);
  const waits = await rooms.enter(room);
  await rooms.configure(room, { opensAt: Date.now() + 500 });
  const late = await rooms.enter(room);
  expect([waits, late]).toMatchObject([{ status: 'waiting', position: 1 }, { status: 'waiting', position: 2 }]);
  await untilOpen(room);
  for (let admitted = 0; admitted < 3; ({ admitted } = await rooms.status(room))) {
    await rooms.room(room).advance();
    await sleep(20);
  }
  const log = await rooms.admissions(room, 0, 10);
  expect(log.slice(1).map(({ visitor }) => visitor)).toEqual([waits, late].map(visitorOf));
  expect(verifyAdmissions(log)).toEqual([]);
});

it('a place that was told before a second opening outlives Redis', async () => {
  await rooms.configure('twice', { limit: 1, intervalMs: 100, opensAt: inAMinute() });
  await rooms.configure('twice', { opensAt: undefined });
  await rooms.enter('twice');
  await rooms.configure('twice', { opensAt: inAMinute() });
  const told = await rooms.enter('twice');
  await one.redis.flushall();
  expect(await rooms.poll('twice', told.ticket ?? '')).toMatchObject({ status: 'waiting', ticket: told.ticket });
});

it('an opening in the next moment is drawn from as many numbers as a later one', async () => {
  await rooms.configure('moment', { limit: 1, intervalMs: 50, opensAt: Date.now() + 200 });
  const { drawn } = await rooms.status('moment');
  expect(drawn.to - drawn.from).toBeGreaterThanOrEqual(60_000_000);
});

it('a crowd that draws one number has one after another, and newcomers none of them', async () => {
  await rooms.configure('crowded', { limit: 1_000, intervalMs: 50, opensAt: inAMinute() });
  const { drawn: { to } } = await rooms.status('crowded');
  const narrow = "local s = { cmsgpack.unpack(redis.call('GET', KEYS[1])) } s[6] = tonumber(ARGV[1]) redis.call('SET', KEYS[1], cmsgpack.pack(unpack(s)))";
  await one.redis.eval(narrow, 1, '{wr:crowded}:settings', to - 1);
  const came: Place[] = [];
  for (let batch = 0; batch < 10; batch += 1) came.push(...(await Promise.all(Array.from({ length: 200 }, () => rooms.enter('crowded')))));
  expect(came.map(numberOf).toSorted((a, b) => a - b)).toEqual(came.map((_, index) => to - 1 + index));
  // Each of 2,000 steps to the last one would be a question to Redis.
  const asked = async (): Promise<number> => Number(/cmdstat_zcount:calls=(\d+)/.exec(await one.redis.info('commandstats'))?.[1]);
  const before = await asked();
  came.push(await rooms.enter('crowded'));
  expect((await asked()) - before).toBeLessThan(20);
  await rooms.configure('crowded', { opensAt: undefined });
  came.push(await rooms.enter('crowded'));
  expect(new Set(came.map(numberOf)).size).toBe(came.length);
  expect(numberOf(came.at(-1) as Place)).toBeGreaterThan(Math.max(...came.slice(0, -1).map(numberOf)));
});

it('who was let through by a drawn ticket is not admitted by it too, and who draws afterwards keeps their place', async () => {
  await rooms.configure('passed', { limit: 5, intervalMs: 100, opensAt: inAMinute() });
  const [first, second] = [await rooms.enter('passed'), await rooms.enter('passed')];
  await rooms.configure('passed', { mode: 'pass-through' });
  expect(await rooms.poll('passed', first.ticket ?? '')).toMatchObject({ status: 'admitted', ticket: undefined });
  await rooms.configure('passed', { mode: 'open' });
  const third = await rooms.enter('passed');
  expect(numberOf(third)).toBeGreaterThan(numberOf(second));
  for (const place of [second, third]) await one.redis.zrem('{wr:passed}:queue', visitorOf(place)); // not heard of for long
  expect(await rooms.poll('passed', third.ticket ?? '')).toMatchObject({ status: 'waiting', ticket: third.ticket });
  await rooms.configure('passed', { opensAt: undefined });
  await expect(rooms.poll('passed', first.ticket ?? '')).rejects.toThrow('is over');
});

it('who gives a drawn place up, and draws it again by their name, has it', async () => {
  await rooms.configure('redrawn', { limit: 1, intervalMs: 60_000, opensAt: inAMinute() });
  const first = await rooms.enter('redrawn', { visitor: 'mina' });
  await rooms.leave('redrawn', first.ticket ?? '');
  const again = await rooms.enter('redrawn', { visitor: 'mina' });
  expect(again.ticket).toBe(first.ticket);
  await one.redis.zrem('{wr:redrawn}:queue', 'mina');
  expect(await rooms.poll('redrawn', again.ticket ?? '')).toMatchObject({ status: 'waiting', ticket: first.ticket });
});
