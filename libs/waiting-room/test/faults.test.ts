import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { IN_CONTAINERS, type Infra, startInfra } from '../../../infra/test-infra.ts';
import { type Admission, verifyAdmissions } from '../src/index';
import { Crowd, type Visit } from './crowd';
import { type Findings, findingsOf, NOTHING_FOUND, visitorOf } from './findings';
import { type Addresses, Gate } from './gate/gate';
import type { Control } from './gate/messages';
import { openRoomDatabase, type RoomDatabase } from './room-database';

/** 400 ms between two polls at most; after a loss nobody is admitted for 0.5 s. */
const SETTINGS = { limit: 5, intervalMs: 150, graceMs: 2_400 };
const VISITORS = 200;

type Fault = readonly [string, (crowd: Crowd, room: string) => Promise<void>];

let infra: Infra;
let database: RoomDatabase;
let addresses: Addresses;
let directory: string;
let number = 0;
const opened: Gate[] = [];

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['queue'] }, valkey: true });
  addresses = { postgres: infra.postgres.url('queue'), valkey: infra.valkey.url };
  database = await openRoomDatabase(addresses.postgres);
  const redis = new Redis(addresses.valkey);
  directory = (await redis.config('GET', 'dir'))[1] ?? '';
  redis.disconnect();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((gate) => gate.kill()));
});
afterAll(async () => {
  await database?.close();
  await infra?.stop();
});

async function open(control?: Control): Promise<Gate> {
  const gate = await Gate.start(addresses, control);
  opened.push(gate);
  return gate;
}

const valkey = () => infra.process('valkey');
const appendOnly = (): string => join(directory, 'appendonlydir');
const copied = (): string => join(directory, 'copy');

/** Redis dies, with what it has on disk or without it, and is back after `awayMs`. */
async function killValkey({ forgets, awayMs = 0 }: { forgets: boolean; awayMs?: number }): Promise<void> {
  await valkey().kill();
  if (forgets) rmSync(appendOnly(), { recursive: true });
  await sleep(awayMs);
  await valkey().start();
}

async function copyValkey(): Promise<void> {
  await valkey().kill();
  cpSync(appendOnly(), copied(), { recursive: true });
  await valkey().start();
}

/** Redis goes on from an earlier moment: the store is ahead of it. */
async function restoreValkey(): Promise<void> {
  await valkey().kill();
  rmSync(appendOnly(), { recursive: true });
  cpSync(copied(), appendOnly(), { recursive: true });
  rmSync(copied(), { recursive: true });
  await valkey().start();
}

interface Outcome {
  readonly findings: Findings;
  readonly log: readonly Admission[];
  readonly visits: readonly Visit[];
  readonly gates: readonly Gate[];
}

/** Two processes, 200 visitors in ten waves, and a fault while they wait. */
async function waitThrough(fault: (crowd: Crowd, room: string) => Promise<void>, control?: Control): Promise<Outcome> {
  const room = `fault-${++number}`;
  const gates = await Promise.all([open(control), open(control)]);
  await gates[0]?.configure(room, SETTINGS);
  const crowd = new Crowd(room, [...gates]);
  for (let wave = 0; wave < 10; wave += 1) {
    crowd.arrive(VISITORS / 10);
    await crowd.untilTold();
  }
  await fault(crowd, room);
  crowd.arrive(20); // who comes later is later
  await crowd.gone();
  const log = await database.log(room);
  return { findings: findingsOf(log, crowd.visits), log, visits: crowd.visits, gates };
}

function expectAllKept({ findings, log, visits }: Outcome): void {
  expect(findings).toEqual(NOTHING_FOUND);
  expect(verifyAdmissions(log)).toEqual([]);
  expect(visits.filter(({ refused }) => refused !== undefined)).toEqual([]);
}

const faults: readonly Fault[] = [
  [
    'a process is killed, and another one starts',
    async (crowd) => {
      const [first] = crowd.gates;
      await first?.kill();
      crowd.gates.shift();
      crowd.gates.push(await open());
      await sleep(300);
    },
  ],
  ['Redis is killed and has its file', () => killValkey({ forgets: false })],
  ['Redis is killed and has its file, after longer than anybody may be silent', () => killValkey({ forgets: false, awayMs: 2 * SETTINGS.graceMs })],
  [
    'PostgreSQL is killed',
    async () => {
      await infra.process('postgres').kill();
      await sleep(500);
      await infra.process('postgres').start();
    },
  ],
  [
    'Redis freezes',
    async () => {
      await valkey().pause();
      await sleep(1_500);
      await valkey().resume();
    },
  ],
];

/** Redis' own files are taken away, copied and put back: those of a container lie where this machine does not reach. */
const losses: readonly Fault[] = [
  ['Redis is killed and has lost everything', () => killValkey({ forgets: true })],
  [
    'Redis loses everything, and all processes are new',
    async (crowd) => {
      await Promise.all(crowd.gates.splice(0).map((gate) => gate.kill()));
      await killValkey({ forgets: true });
      crowd.gates.push(await open(), await open());
    },
  ],
  [
    'Redis is back from a copy of half a second ago',
    async () => {
      await copyValkey();
      await sleep(1_000);
      await restoreValkey();
    },
  ],
];

it.each([...faults, ...(IN_CONTAINERS ? [] : losses)])('nobody is lost, twice, too early or overtaken when %s', async (_what, fault) => {
  const outcome = await waitThrough(fault);
  expectAllKept(outcome);
  expect(outcome.log.length).toBeGreaterThanOrEqual(VISITORS + 20);
  for (const { slowestMs } of outcome.gates) expect(slowestMs).toBeLessThan(2_500);
});

if (!IN_CONTAINERS) {
  it('(control) loses places, or lets others overtake, after a loss, if nothing is held', async () => {
    const { findings } = await waitThrough(() => killValkey({ forgets: true }), 'no-hold');
    expect(findings.overtaken + findings.lost).toBeGreaterThan(0);
  });

  it('(control) tells of admissions that are in no log, if the store keeps nothing', async () => {
    const { findings } = await waitThrough(() => killValkey({ forgets: true }), 'no-store');
    expect(findings.lost).toBeGreaterThan(0);
    expect(findings.toldWithoutLog).toBeGreaterThan(0);
  });
}

describe('while something is away', () => {
  const rate = { limit: 1, intervalMs: 1_500, graceMs: 60_000 };

  /** One is in, one waits. */
  async function waitingAt(gate: Gate, room: string): Promise<string> {
    await gate.configure(room, rate);
    await gate.ask({ operation: 'enter', room });
    const { place } = await gate.ask({ operation: 'enter', room });
    expect(place?.status).toBe('waiting');
    return place?.ticket ?? '';
  }

  async function timed(gate: Gate, room: string, ticket: string): Promise<{ ms: number; status: string | undefined }> {
    const began = performance.now();
    const { place, error } = await gate.ask({ operation: 'poll', room, ticket });
    return { ms: performance.now() - began, status: place?.status ?? error?.code };
  }

  it.each(['kill', 'pause'] as const)('says so within two seconds, or lets everybody in where that is wanted: Redis (%s)', async (how) => {
    const gate = await open();
    const ticket = await waitingAt(gate, `closed-${how}`);
    await gate.configure(`open-${how}`, { ...rate, onOutage: 'open' });
    const other = (await gate.ask({ operation: 'enter', room: `open-${how}` })).place;
    await valkey()[how]();
    const asked = await Promise.all(Array.from({ length: 20 }, () => timed(gate, `closed-${how}`, ticket)));
    const { place } = await gate.ask({ operation: 'enter', room: `open-${how}` });
    await (how === 'kill' ? valkey().start() : valkey().resume());
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set(['WAITING_ROOM_UNAVAILABLE']));
    expect(Math.max(...asked.map(({ ms }) => ms))).toBeLessThan(2_000);
    expect(place).toEqual({ status: 'admitted', pass: expect.any(String) }); // not counted, without a ticket
    expect(await gate.ask({ operation: 'poll', room: `open-${how}`, ticket: other?.ticket ?? '' })).toMatchObject({ place: { ...other, pass: expect.any(String) } });
  });

  it.each(['kill', 'pause'] as const)('tells nobody without the store, and the place of who waits goes on: PostgreSQL (%s)', async (how) => {
    const gate = await open();
    const room = `store-${how}`;
    const ticket = await waitingAt(gate, room);
    const last = (await gate.ask({ operation: 'enter', room })).place?.ticket ?? '';
    await infra.process('postgres')[how]();
    await sleep(1_510);
    const [first, behind] = await Promise.all([timed(gate, room, ticket), timed(gate, room, last)]);
    await (how === 'kill' ? infra.process('postgres').start() : infra.process('postgres').resume());
    expect(first).toMatchObject({ status: 'WAITING_ROOM_UNAVAILABLE' });
    expect(behind).toMatchObject({ status: 'waiting' });
    expect(Math.max(first.ms, behind.ms)).toBeLessThan(2_000);
    expect((await timed(gate, room, ticket)).status).toBe('admitted');
    expect((await database.log(room))[1]?.visitor).toBe(visitorOf(ticket));
  });
});
