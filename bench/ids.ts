// Nanoseconds an id, beside the peers that are installed (uuid, node:crypto): `node bench/ids.ts [--rounds 7] [--ids 200000]`
// All take turns in one process, round by round; ratios are medians of the rounds' ratios. Strings are read, so ropes are flattened.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { v4, v6, v7 } from 'uuid';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, ids: { type: 'string', default: '200000' } } });
const rounds = Number(values.rounds);
const count = Number(values.ids);

const root = join(import.meta.dirname, '..');
const built = mkdtempSync(join(tmpdir(), 'madang-ids-'));
try {
  const compile = ['-p', join(root, 'libs/ids/tsconfig.lib.json'), '--outDir', built, '--rootDir', join(root, 'libs/ids/src')];
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...compile], { stdio: 'inherit' });
  report((await import(join(built, 'index.js'))) as typeof import('@madang/ids'));
} finally {
  rmSync(built, { recursive: true });
}

function report(ids: typeof import('@madang/ids')): void {
  const endless = { overflow: ids.borrow(Infinity) }; // the cost of an id; the legal ceiling is measured with `wait`
  const [id4, id6, id7] = [ids.uuidV4(), ids.uuidV6(), ids.uuidV7()];
  const [ul, ks, tf, ty] = [ids.ulid(), ids.ksuid(), ids.timeflake(), ids.typeId({ prefix: 'user' })];
  const [sf, capped, ts] = [ids.snowflake({ node: 1, ...endless }), ids.snowflake({ node: 1 }), ids.tsid({ node: 1, ...endless })];
  const runs: readonly (readonly [name: string, make: () => string, peer?: string])[] = [
    ['crypto.randomUUID', () => randomUUID()],
    ['uuid v4', () => v4()],
    ['uuid v6', () => v6()],
    ['uuid v7', () => v7()],
    ['uuidv4', () => id4.generate(), 'uuid v4'],
    ['uuidv6', () => id6.generate(), 'uuid v6'],
    ['uuidv7', () => id7.generate(), 'uuid v7'],
    ['ulid', () => ul.generate()],
    ['ksuid', () => ks.generate()],
    ['timeflake', () => tf.generate()],
    ['typeid', () => ty.generate()],
    ['snowflake', () => sf.generate()],
    ['snowflake, waiting', () => capped.generate()],
    ['tsid', () => ts.generate()],
  ];
  const times = new Map(runs.map(([name]) => [name, [] as number[]]));
  for (let round = -2; round < rounds; round++) {
    for (const [name, make] of runs) {
      const ns = nanoseconds(make);
      if (round >= 0) times.get(name)?.push(ns); // the first two warm up
    }
  }
  for (const [name, , peer] of runs) {
    const own = times.get(name) ?? [];
    const ratio = peer ? `  ${median(own.map((ns, round) => (times.get(peer)?.[round] ?? NaN) / ns)).toFixed(1)} x ${peer}` : '';
    console.log(`${name.padEnd(20)} ${median(own).toFixed(0).padStart(5)} ns${ratio}`);
  }
}

function nanoseconds(make: () => string): number {
  let read = 0;
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) {
    const id = make();
    read ^= id.charCodeAt(id.length - 1);
  }
  const ns = Number(process.hrtime.bigint() - start) / count;
  if (Number.isNaN(read)) throw new Error('An empty id.');
  return ns;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}
