import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { drawnTicket, type Place, verifyAdmissions } from '../src/index';
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

const SETTINGS = { limit: 1_000, intervalMs: 50 };

interface Drawn {
  readonly visitor: string;
  readonly ticket: number;
}

function drawn({ ticket = '' }: Place): Drawn {
  const [, , , visitor = '', number] = ticket.split('.');
  return { visitor, ticket: Number(number) };
}

it('draws what the published seed says, as anybody can compute', async () => {
  const opensAt = Date.now() + 3_000; // 300 come within 0.3 s, but on a busy machine
  await rooms.configure('sale', { ...SETTINGS, opensAt });
  const came = await Promise.all(Array.from({ length: 300 }, async () => drawn(await rooms.enter('sale'))));
  const named = drawn(await rooms.enter('sale', { visitor: 'mina' }));
  expect(drawn(await rooms.enter('sale', { visitor: 'mina' }))).toEqual(named); // coming again draws nothing better
  expect(Date.now()).toBeLessThan(opensAt);
  await sleep(opensAt + 50 - Date.now());
  const late = drawn(await rooms.enter('sale'));
  await rooms.room('sale').advance(); // 200 a call
  const { settings, drawn: range } = await rooms.status('sale');
  // Who has drawn what another one has, which a few of 300 may, has the next one that is free.
  const taken = new Set([...came, named].map(({ ticket }) => ticket));
  for (const { visitor, ticket } of [...came, named]) {
    const own = drawnTicket(settings.seed, visitor, range.from, range.to);
    expect(ticket).toBeGreaterThanOrEqual(own);
    for (let before = own; before < ticket; before += 1) expect(taken).toContain(before);
  }
  expect(late.ticket).toBeGreaterThanOrEqual(range.to);

  const log = await rooms.admissions('sale', 0, 1_000);
  expect(verifyAdmissions(log)).toEqual([]);
  expect(log).toHaveLength(302);
  expect(log.map(({ visitor }) => visitor)).toEqual([...came, named, late].toSorted((a, b) => a.ticket - b.ticket).map(({ visitor }) => visitor));
  // (control) Another seed is another order.
  const other = came.filter(({ visitor, ticket }) => ticket === drawnTicket(`${settings.seed}0`, visitor, range.from, range.to));
  expect(other).toEqual([]);
});

it('gives who draws what is taken the next place that is free', async () => {
  await rooms.configure('narrow', { ...SETTINGS, opensAt: Date.now() + 500 });
  // 20 microseconds for 200 visitors.
  const { drawn: { to } } = await rooms.status('narrow');
  const narrow = "local s = { cmsgpack.unpack(redis.call('GET', KEYS[1])) } s[6] = tonumber(ARGV[1]) redis.call('SET', KEYS[1], cmsgpack.pack(unpack(s)))";
  await one.redis.eval(narrow, 1, '{wr:narrow}:settings', to - 20);
  expect((await rooms.status('narrow')).drawn).toEqual({ from: to - 20, to });
  const came = await Promise.all(Array.from({ length: 200 }, async () => drawn(await rooms.enter('narrow'))));
  expect(new Set(came.map(({ ticket }) => ticket)).size).toBe(200);
  await sleep(550);
  const { ticket } = drawn(await rooms.enter('narrow'));
  expect(ticket).toBeGreaterThan(Math.max(...came.map((each) => each.ticket)));
});

it('keeps seed and places when the opening is put off, and admits nobody before', async () => {
  const now = Date.now();
  await rooms.configure('late', { ...SETTINGS, opensAt: now + 1_000 });
  const first = drawn(await rooms.enter('late'));
  const before = await rooms.status('late');
  await rooms.configure('late', { ...SETTINGS, opensAt: now + 1_800 });
  const after = await rooms.status('late');
  expect([after.settings.seed, after.drawn]).toEqual([before.settings.seed, before.drawn]);
  const second = drawn(await rooms.enter('late'));
  await sleep(now + 1_100 - Date.now());
  const third = drawn(await rooms.enter('late'));
  for (const { visitor, ticket } of [first, second, third]) expect(ticket).toBe(drawnTicket(before.settings.seed, visitor, before.drawn.from, before.drawn.to));
  expect((await rooms.status('late')).admitted).toBe(0);
  await sleep(now + 1_850 - Date.now());
  expect((await rooms.enter('late')).status).toBe('admitted');
  const order = [first, second, third].toSorted((a, b) => a.ticket - b.ticket).map(({ visitor }) => visitor);
  expect((await rooms.admissions('late', 0, 3)).map(({ visitor }) => visitor)).toEqual(order);
});

it('opens at once when the opening is taken away, and draws the next one from another seed', async () => {
  await rooms.configure('soon', { ...SETTINGS, opensAt: Date.now() + 60_000 });
  const place = await rooms.enter('soon');
  const { settings } = await rooms.status('soon');
  await rooms.configure('soon', { opensAt: undefined });
  expect((await rooms.poll('soon', place.ticket ?? '')).status).toBe('admitted');
  expect((await rooms.enter('soon')).status).toBe('admitted');
  await rooms.configure('soon', { ...SETTINGS, opensAt: Date.now() + 60_000 });
  expect((await rooms.status('soon')).settings.seed).not.toBe(settings.seed);
});
