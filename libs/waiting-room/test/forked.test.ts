import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { MemoryRoomStore, verifyAdmissions, type WaitingPlace } from '../src/index';
import { chained } from '../src/audit/chain';
import { type Opened, openRooms } from './rooms';

const SETTINGS = { limit: 1, intervalMs: 200, graceMs: 600 };
/** What a loss holds everybody for: 0.4 of graceMs. */
const HELD_MS = 300;

let infra: Infra;
let store: MemoryRoomStore;
let one: Opened;
beforeAll(async () => {
  infra = await startInfra({ valkey: true });
  store = new MemoryRoomStore();
  one = openRooms(infra.valkey.url, store);
});
afterAll(async () => {
  one?.close();
  await infra?.stop();
});

/** Another primary, of which this Redis knows nothing, has admitted somebody meanwhile, and the store has it. */
async function admitElsewhere(room: string): Promise<void> {
  const [last] = (await store.after(room, 0, 100)).slice(-1);
  if (!last) throw new Error('Nobody is in.');
  const next = { ...last, seq: last.seq + 1, visitor: 'elsewhere', ticket: last.ticket + 1, admittedAt: last.admittedAt + 200_001 };
  await store.append(room, [{ ...next, hash: chained(last.hash, next) }]);
}

it.each(['poll', 'advance'] as const)('what a server has admitted from another history did not happen: found by %s', async (found) => {
  const { rooms } = one;
  const room = `forked-${found}`;
  await rooms.configure(room, SETTINGS);
  await rooms.enter(room);
  const waits = (await rooms.enter(room)) as WaitingPlace;
  await admitElsewhere(room);
  await sleep(210);
  // Redis admits here, the store refuses, and the place is as before.
  const { admitted } = found === 'advance' ? await rooms.room(room).advance() : { admitted: 0 };
  expect(admitted).toBe(0);
  expect(await rooms.poll(room, waits.ticket)).toMatchObject({ status: 'waiting', position: 1, ticket: waits.ticket });
  await sleep(HELD_MS / 2);
  await rooms.poll(room, waits.ticket);
  await sleep(HELD_MS / 2);
  expect((await rooms.poll(room, waits.ticket)).status).toBe('admitted');
  const log = await rooms.admissions(room, 0, 100);
  expect(log).toHaveLength(3);
  expect(verifyAdmissions(log)).toEqual([]);
});
