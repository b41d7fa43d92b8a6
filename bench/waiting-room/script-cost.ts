import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { median, quantile } from '../percentiles.ts';
import { type FilledRoom, forgetNewcomers } from './fill.ts';
import { load } from './load.ts';
import type { Client } from './rooms.ts';
import { type Fsync, fsync, scriptMicroseconds } from './valkey.ts';

const WARM_UP_ROUNDS = 1;
export const EMPTY = 'return 1';
export const EMPTY_SHA = createHash('sha1').update(EMPTY).digest('hex');
/** As many as a room has, and as long. */
export const KEYS = ['settings', 'state', 'queue', 'seen', 'recent', 'admitted', 'out', 'left'].map((name) => `{wr:floor}:${name}`);

export interface Cost {
  readonly name: string;
  readonly how: Fsync;
  readonly callsPerSecond: number;
  /** Of the calls a second of an empty script in the same round, the median. */
  readonly ofFloor: number;
  /** In milliseconds. */
  readonly p99: number;
  /** That the server takes for the script, without what it reads, writes and appends to its file. */
  readonly scriptMicroseconds: number;
}

interface Subject {
  readonly name: string;
  readonly how: Fsync;
  call(client: Client): () => Promise<unknown>;
  readonly after?: () => Promise<void>;
}

/** Enters and polls beside the floor, all in turns, there and back: whatever slows the machine down slows all. The floor comes first. */
export async function scriptCost(redis: Redis, clients: readonly Client[], rooms: readonly FilledRoom[], { rounds, turnMs }: { rounds: number; turnMs: number }): Promise<Cost[]> {
  const subjects = await subjectsOf(redis, rooms);
  const turns = subjects.map((subject) => ({ subject, speeds: [] as number[], micros: [] as number[], took: [] as number[] }));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const { subject, speeds, micros, took } of round % 2 === 0 ? turns : turns.toReversed()) {
      await fsync(redis, subject.how);
      await scriptMicroseconds(redis);
      const turn = await load(clients.map((client) => subject.call(client)), turnMs);
      const us = await scriptMicroseconds(redis);
      await subject.after?.();
      if (round < 0) continue;
      speeds.push(turn.callsPerSecond);
      micros.push(us);
      took.push(...turn.took);
    }
  }
  const floor = turns[0]?.speeds ?? [];
  return turns.map(({ subject: { name, how }, speeds, micros, took }) => ({
    name,
    how,
    callsPerSecond: median(speeds),
    ofFloor: median(speeds.map((speed, round) => speed / (floor[round] ?? Number.NaN))),
    p99: quantile(took, 0.99),
    scriptMicroseconds: median(micros),
  }));
}

async function subjectsOf(redis: Redis, rooms: readonly FilledRoom[]): Promise<Subject[]> {
  await redis.script('LOAD', EMPTY);
  const floor: Subject = { name: 'an empty script', how: 'everysec', call: (client) => () => client.redis.evalsha(EMPTY_SHA, KEYS.length, ...KEYS, 'join', randomUUID(), 0, 0) };
  const ofRooms = (['everysec', 'always'] as const).flatMap((how) => rooms.flatMap((room) => [enters(redis, room, how), polls(room, how)]));
  return [floor, ...ofRooms];
}

function enters(redis: Redis, room: FilledRoom, how: Fsync): Subject {
  return { name: `enter, ${room.waiting.toLocaleString('en')} waiting`, how, call: ({ rooms }) => () => rooms.enter(room.name), after: () => forgetNewcomers(redis, room) };
}

function polls({ name, waiting, tickets }: FilledRoom, how: Fsync): Subject {
  const next = inTurn(tickets);
  return { name: `poll, ${waiting.toLocaleString('en')} waiting`, how, call: ({ rooms }) => () => rooms.poll(name, next()) };
}

/** Far from each other, as visitors are. */
export function inTurn(tickets: readonly string[]): () => string {
  let at = 0;
  return () => tickets[(at += 7_919) % tickets.length] ?? '';
}
