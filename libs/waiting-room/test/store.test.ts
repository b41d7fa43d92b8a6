import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { type Admission, DEFAULT_SETTINGS } from '../src/index';
import { logOf } from './naive/gates';
import { openRoomDatabase, type RoomDatabase } from './room-database';
import { type Opened, openRooms } from './rooms';

let infra: Infra;
let database: RoomDatabase;
let processes: readonly [Opened, Opened];

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['queue'] }, valkey: true });
  database = await openRoomDatabase(infra.postgres.url('queue'));
  const open = (): Opened => openRooms(infra.valkey.url, database.store);
  processes = [open(), open()];
});
afterAll(async () => {
  for (const each of processes ?? []) each.close();
  await database?.close();
  await infra?.stop();
});

const RATE = { limit: 1, intervalMs: 60_000 };

describe('settings', () => {
  it('keep what each of many changes at once has said', async () => {
    const [one, two] = processes;
    await one.rooms.configure('at-once', RATE);
    const changes = [{ limit: 7 }, { intervalMs: 9_000 }, { mode: 'paused' }, { graceMs: 5_000 }, { passTtlMs: 6_000 }, { ticketTtlMs: 7_000 }, { onOutage: 'open' }] as const;
    await Promise.all(changes.map((change, index) => (index % 2 === 0 ? one : two).rooms.configure('at-once', change)));
    for (const { rooms } of processes) expect((await rooms.status('at-once')).settings).toMatchObject({ ...Object.assign({}, ...changes), version: 1 + changes.length });
    expect(await two.rooms.enter('at-once')).toMatchObject({ phase: 'paused' }); // and Redis has the last one
  });

  it('have no new version where nothing changes', async () => {
    const [{ rooms }] = processes;
    await rooms.configure('same', { ...RATE, opensAt: 4_000_000_000_000 });
    const before = (await rooms.status('same')).settings;
    for (const change of [{}, RATE, { opensAt: 4_000_000_000_000 }, { mode: 'open' }] as const) await rooms.configure('same', change);
    expect((await rooms.status('same')).settings).toEqual(before);
    await rooms.configure('same', { opensAt: undefined });
    expect((await rooms.status('same')).settings).toMatchObject({ version: 2, opensAt: undefined });
  });

  it('hold, and are told, although who has changed them was killed before Redis knew', async () => {
    const [one, two] = processes;
    await one.rooms.configure('killed', RATE);
    await one.rooms.enter('killed');
    await database.store.save('killed', { ...DEFAULT_SETTINGS, ...RATE, limit: 2 }, 'a seed', 1);
    expect(await one.rooms.enter('killed')).toMatchObject({ status: 'waiting' }); // nobody has looked yet
    expect((await two.rooms.status('killed')).settings).toMatchObject({ limit: 2, version: 2 });
    await two.rooms.room('killed').advance();
    expect((await one.rooms.status('killed')).admitted).toBe(2);
  });

  it('keep the seed that is drawn from, whoever else changes them meanwhile', async () => {
    const [one, two] = processes;
    const opensAt = Date.now() + 600_000;
    await one.rooms.configure('drawn', { ...RATE, opensAt });
    const { seed } = (await one.rooms.status('drawn')).settings;
    await Promise.all([1, 2, 3, 4, 5, 6].map((count) => (count % 2 === 0 ? one : two).rooms.configure('drawn', count < 4 ? { opensAt: opensAt + count } : { limit: count })));
    expect((await two.rooms.status('drawn')).settings.seed).toBe(seed);
  });
});

describe('the log', () => {
  const log = logOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { limit: 1, windowMs: 1 });

  async function made(room: string): Promise<string> {
    await database.store.save(room, { ...DEFAULT_SETTINGS, ...RATE }, 'a seed', 0);
    return room;
  }

  it('takes what many bring at once each once, and refuses none of them', async () => {
    const room = await made('brought');
    const parts = [log.slice(0, 4), log, log.slice(0, 7), log, log.slice(0, 2), log];
    await database.store.append(room, log.slice(0, 1));
    await Promise.all(parts.map((part) => database.store.append(room, part)));
    expect(await database.log(room)).toEqual(log);
  });

  it('takes one of two histories that go on at once, and refuses the other', async () => {
    const room = await made('split');
    const other = logOf([1, 20, 30], { limit: 1, windowMs: 1 });
    await database.store.append(room, log.slice(0, 1));
    const outcomes = await Promise.allSettled([log, other].map((each: readonly Admission[]) => database.store.append(room, each)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => (reason as { code: string }).code);
    expect(refused).toEqual(['WAITING_ROOM_FORKED']);
    expect([log, other]).toContainEqual(await database.log(room));
  });
});
