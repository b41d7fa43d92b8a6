import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../core/free-ports.ts';
import { waitUntil } from '../core/wait-until.ts';
import { exists, pidThatAnswers, SLEEPER, standIn, takeoverStandIn, temporaryDirectory, untilGone } from '../testing/stand-ins.ts';
import type { ManagedProcess } from './managed-process.ts';
import { endOrphans } from './orphans.ts';
import { PidFiles } from './pid-files.ts';
import { Supervisor } from './supervisor.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());
const runDirectory = join(directory.path, 'run');

let port: number;
let supervisor: Supervisor;
let states: string[];
/** Whether a new one may become ready. */
let willing: boolean;

beforeEach(async () => {
  [port = 0] = await freePorts(1);
  states = [];
  willing = true;
});
afterEach(async () => {
  await supervisor.stop();
  const left = readdirSync(runDirectory);
  if (left.length > 0) throw new Error(`pid files are left: ${left.join(', ')}`);
});

async function start({ restart = true, finishMs = 500 } = {}): Promise<ManagedProcess> {
  const web = takeoverStandIn('web', port, { finishMs, ready: () => willing });
  supervisor = new Supervisor([web], { stateDirectory: directory.path, restart, onState: (_, state) => states.push(state) });
  await supervisor.start();
  const started = supervisor.process('web');
  expect(await answer()).toBe(pidOf(started));
  return started;
}

/** The pid of whoever answers a new connection. */
const answer = (): Promise<number> => pidThatAnswers(port);
const filed = (): string[] => readdirSync(runDirectory).toSorted();
const pidOf = (web: ManagedProcess): number => web.running?.pid ?? 0;

/** @returns the pids of the two */
async function untilTwo(): Promise<number[]> {
  await until('two run', () => filed().length === 2);
  return new PidFiles(runDirectory).alive().map(({ identity }) => identity.pid);
}

const untilTakenOver = (web: ManagedProcess, before: number): Promise<void> => until('taken over', () => pidOf(web) !== before);

function until(what: string, holds: () => boolean): Promise<void> {
  const check = (): void => {
    if (!holds()) throw new Error('not yet');
  };
  return waitUntil(check, { what, timeoutMs: 5_000 });
}

test('a new process takes over and the old one ends, while each connection is answered', async () => {
  const web = await start();
  const before = pidOf(web);
  const rolled = web.roll();
  const over = new AbortController();
  void rolled.finally(() => over.abort());
  const answered = new Set<number>();
  while (!over.signal.aborted) answered.add(await answer());
  await rolled;
  expect(answered).toEqual(new Set([before, pidOf(web)]));
  expect(exists(before)).toBe(false);
  expect(await answer()).toBe(pidOf(web));
  expect(states.slice(-3)).toEqual(['rolling', 'rolling', 'healthy']);
  expect(web.restarts).toBe(0);
});

test('it can be rolled again and again, and is still looked after', async () => {
  const web = await start();
  await web.roll();
  expect(filed()).toEqual(['web.2.pid']);
  await web.roll();
  expect(filed()).toEqual(['web.pid']);
  const before = pidOf(web);
  process.kill(before, 'SIGKILL');
  await until('started again', () => pidOf(web) !== before && web.state === 'healthy');
  expect(await answer()).toBe(pidOf(web));
  expect(web.restarts).toBe(1);
});

test('if the new one does not become ready, the old one goes on', async () => {
  const web = await start();
  const before = pidOf(web);
  willing = false;
  await expect(web.roll()).rejects.toThrow(/^web: the new one did not come up, the old one goes on \(healthy: not within 3 s \(last failure: not ready\)\)/);
  expect(web.state).toBe('healthy');
  expect(pidOf(web)).toBe(before);
  expect(filed()).toEqual(['web.pid']);
  for (let i = 0; i < 10; i++) expect(await answer()).toBe(before);
});

test('if the new one dies, the old one goes on; if the old one dies, the new one takes over all the same', async () => {
  const web = await start();
  const before = pidOf(web);
  willing = false;
  const failed = web.roll();
  const next = (await untilTwo()).find((pid) => pid !== before) ?? 0;
  process.kill(next, 'SIGKILL');
  await expect(failed).rejects.toThrow('the old one goes on (ended before it was healthy (killed by SIGKILL))');
  expect(await answer()).toBe(before);

  const rolled = web.roll();
  await untilTwo();
  process.kill(before, 'SIGKILL');
  await untilGone(before);
  willing = true;
  await rolled;
  expect(web.state).toBe('healthy');
  expect(await answer()).toBe(pidOf(web));
  expect(web.restarts).toBe(0);
});

test('if both die, it is started again', async () => {
  const web = await start();
  willing = false;
  const rolled = web.roll();
  const two = await untilTwo();
  await Promise.all([expect(rolled).rejects.toThrow('did not come up'), web.kill()]);
  await until('again', () => web.state === 'healthy');
  expect(two).not.toContain(await answer());
  expect(filed()).toEqual(['web.pid']);
});

test('if the new one dies while the old one finishes, another is started without waiting for that', async () => {
  const web = await start({ finishMs: 60_000 });
  const before = pidOf(web);
  const rolled = web.roll();
  await untilTakenOver(web, before);
  process.kill(pidOf(web), 'SIGKILL');
  await rolled;
  await waitUntil(answer, { what: 'again', timeoutMs: 5_000 });
  expect(exists(before)).toBe(false);
});

test.each([false, true])('stop breaks a roll off and ends both; the new one had taken over: %p', async (hasTakenOver) => {
  const web = await start({ finishMs: 60_000 });
  const before = pidOf(web);
  willing = hasTakenOver;
  const rolled = web.roll().catch((error: unknown) => error);
  const two = await untilTwo();
  if (hasTakenOver) await untilTakenOver(web, before);
  await web.stop();
  await rolled;
  expect(web.state).toBe('stopped');
  expect(two.filter(exists)).toEqual([]);
  await expect(answer()).rejects.toThrow('ECONNREFUSED');
});

test('of a runner that was killed in the middle, the next one finds and ends both', async () => {
  const web = await start({ restart: false });
  willing = false;
  const rolled = web.roll().catch((error: unknown) => error);
  const two = await untilTwo();
  expect(await endOrphans(new PidFiles(runDirectory))).toEqual(expect.arrayContaining(['web', 'web.2']));
  await Promise.all(two.map(untilGone));
  await rolled;
  expect(web.state).toBe('failed');
});

test('what cannot be rolled says why', async () => {
  supervisor = new Supervisor([standIn('plain', SLEEPER)], { stateDirectory: directory.path, restart: true });
  await supervisor.start();
  await expect(supervisor.process('plain').roll()).rejects.toThrow('plain cannot be rolled: no second one can run beside it');
  await supervisor.stop();
  const web = await start();
  await web.pause();
  await expect(web.roll()).rejects.toThrow('web is frozen: only what is healthy can be rolled');
});

test('what the old one says of help says nothing of the new one', async () => {
  const web = { ...takeoverStandIn('web', port, { finishMs: 500, ready: () => willing }), startTimeoutMs: 1_000, needsHelp: () => Promise.resolve('mend the slot') };
  supervisor = new Supervisor([web], { stateDirectory: directory.path, restart: true, onState: (_, state) => states.push(state) });
  await supervisor.start();
  const before = pidOf(supervisor.process('web'));
  willing = false;
  await expect(supervisor.process('web').roll()).rejects.toThrow('the new one did not come up, the old one goes on');
  expect(await answer()).toBe(before);
});
