import { setFlagsFromString } from 'node:v8';
import { compileFunction } from 'node:vm';
import type { Make } from './candidates.ts';

setFlagsFromString('--allow-natives-syntax');
const isFlat = compileFunction('return %StringIsFlat(text);', ['text']) as (text: string) => boolean;

/** How long one turn of a candidate takes. */
const TURN_MS = 15;
const WARM_UP_ROUNDS = 3;
const IDS_IN_BULK = 1_000;
const IDS_FOR_BYTES = 100;
const SAMPLES_OF_BYTES = 101;

/**
 * V8 joins strings lazily, as a rope, which is flattened by whoever reads it first: a library that returns a rope has left
 * work to its caller. So each id is read here, within the time that is measured. `assertFlatOnceRead` shows that this is enough.
 */
export function read(id: string): number {
  return id.charCodeAt(id.length - 1);
}

/** @returns whether it was flat before it was read, too */
export function assertFlatOnceRead(name: string, make: Make): boolean {
  const id = make();
  const flat = isFlat(id);
  read(id);
  if (!isFlat(id)) throw new Error(`${name}: reading an id did not flatten it.`);
  return flat;
}

/**
 * Nanoseconds an id in each round, of this thread's own CPU time: on a shared machine the clock on the wall also counts the neighbours.
 * All take turns within a round, so that whatever slows the machine down slows all.
 */
export function inTurns(runs: ReadonlyMap<string, Make>, rounds: number): Map<string, number[]> {
  const counts = new Map([...runs].map(([name, make]) => [name, idsOfATurn(make)]));
  const times = new Map([...runs].map(([name]) => [name, [] as number[]]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    if (process.stderr.isTTY) process.stderr.write(round < 0 ? `\rwarming up ${runs.size} candidates ` : `\rround ${round + 1} of ${rounds}, ${runs.size} candidates `);
    for (const [name, make] of runs) {
      const ns = nanoseconds(make, counts.get(name) ?? 1);
      if (round >= 0) times.get(name)?.push(ns);
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return times;
}

/** The same for ids that are made many at once. */
export function inTurnsInBulk(runs: ReadonlyMap<string, (count: number) => readonly string[]>, rounds: number): Map<string, number[]> {
  const each = new Map([...runs].map(([name, makeMany]) => [name, readingAll(makeMany)]));
  const times = inTurns(each, rounds);
  return new Map([...times].map(([name, ns]) => [name, ns.map((ofAll) => ofAll / IDS_IN_BULK)]));
}

function readingAll(makeMany: (count: number) => readonly string[]): Make {
  return () => {
    const ids = makeMany(IDS_IN_BULK);
    for (const id of ids) read(id);
    return ids[0] ?? '';
  };
}

function idsOfATurn(make: Make): number {
  let count = 1;
  for (let ns = 0; ns < TURN_MS * 1e6; count *= 2) ns = nanoseconds(make, count) * count;
  return count;
}

function nanoseconds(make: Make, count: number): number {
  let sum = 0;
  const start = process.threadCpuUsage();
  for (let i = 0; i < count; i++) sum += read(make());
  const { user, system } = process.threadCpuUsage(start);
  const ns = ((user + system) * 1_000) / count;
  if (Number.isNaN(sum)) throw new Error('An empty id.');
  return ns;
}

/** Of V8's heap, for an id that has been read. Upper quartile: a garbage collection makes the sample that it falls into less. */
export function bytesAnId(make: Make): number {
  const samples: number[] = [];
  for (let i = 0; i < SAMPLES_OF_BYTES; i++) samples.push(heapGrowth(make, IDS_FOR_BYTES) - heapGrowth(make, 0));
  return Math.round(quantile(samples, 0.75) / IDS_FOR_BYTES);
}

function heapGrowth(make: Make, count: number): number {
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i++) read(make());
  return process.memoryUsage().heapUsed - before;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

function quantile(numbers: readonly number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? NaN;
}
