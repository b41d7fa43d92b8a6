import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { snowflake, tsid } from '../src/index';

const here = join(process.cwd(), 'libs/ids/test/stress');
const script = join(here, 'make-many.mts');
const flags = ['--experimental-transform-types', '--no-warnings', '--import', join(here, 'run-typescript.mjs')];
const MAKERS = 4;
/** Each maker's, of each format. */
const COUNT = 50_000;
const FORMATS = ['uuidv4', 'uuidv6', 'uuidv7', 'ulid', 'ulid-unordered', 'ksuid', 'timeflake', 'typeid'];

interface Order {
  readonly format: string;
  readonly count: number;
  /** The control: all have the same time and randomness. */
  readonly fixed: boolean;
  readonly file: string;
}
type Make = (order: Order) => Promise<void>;

const inThread: Make = async (order) => {
  await once(new Worker(script, { workerData: order, execArgv: flags }), 'exit');
};

const inProcess: Make = async (order) => {
  await once(spawn(process.execPath, [...flags, script, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
};

/** How many of all ids there were already. */
async function duplicates(make: Make, format: string, count: number, fixed: boolean): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'madang-ids-'));
  try {
    const files = Array.from({ length: MAKERS }, (_, index) => join(directory, String(index)));
    await Promise.all(files.map((file) => make({ format, count, fixed, file })));
    const ids = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
    expect(ids).toHaveLength(MAKERS * count);
    return ids.length - new Set(ids).size;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe.each<[string, Make]>([
  ['threads', inThread],
  ['processes', inProcess],
])('%s that make ids at the same time, with default settings', (_kind, make) => {
  it.each(FORMATS)('make no id of another one: %s', async (format) => {
    expect(await duplicates(make, format, COUNT, false)).toBe(0);
  });

  it.each(['uuidv4', 'uuidv7'])('(control) are seen to make the same ids where time and randomness are the same: %s', async (format) => {
    expect(await duplicates(make, format, 1_000, true)).toBe(3_000);
  });
});

describe('generators with node numbers', () => {
  const idsOf = (nodes: readonly number[], make: (node: number) => { generateMany(count: number): string[] }) => {
    const ids = nodes.flatMap((node) => make(node).generateMany(20_000));
    return ids.length - new Set(ids).size;
  };
  /** A clock that stands: all make ids of the same milliseconds. */
  const clock = () => 1_735_689_600_000;
  const borrowed = { clock, overflow: { kind: 'borrow', maxMs: Infinity } } as const;

  it.each([
    ['snowflake', (node: number) => snowflake({ node, ...borrowed })],
    ['tsid', (node: number) => tsid({ node, ...borrowed })],
  ])('%s: make other ids with other numbers; (control) the same with the same', (_name, make) => {
    expect(idsOf([0, 1, 2, 1_023], make)).toBe(0);
    expect(idsOf([5, 5, 6, 7], make)).toBe(20_000);
  });
});
