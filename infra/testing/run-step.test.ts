import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../core/wait-until.ts';
import { runStep, type StepResult } from './run-step.ts';

let directory: string;
let told: string[];

beforeEach(() => {
  told = [];
  directory = mkdtempSync(join(tmpdir(), 'madang-run-step-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A jest over files that each count in `<name>.runs` how often they ran, and say so to `body`. */
async function step(bodies: Readonly<Record<string, string>>, alone: boolean, signal = new AbortController().signal): Promise<StepResult> {
  for (const [name, body] of Object.entries(bodies)) {
    const runs = JSON.stringify(join(directory, `${name}.runs`));
    writeFileSync(join(directory, `${name}.spec.js`), `const fs = require('fs'); fs.appendFileSync(${runs}, 'x'); const run = fs.readFileSync(${runs}, 'utf8').length;\ntest('is fine', () => {});\n${body}\n`);
  }
  const command = ['node', 'node_modules/jest/bin/jest.js', '--rootDir', directory, '--config', '{}', '--maxWorkers=2'];
  return runStep({ name: 'fixture', counts: 'jest', command, alone }, { signal, report: (line) => told.push(line) });
}

const runsOf = (name: string): number => readFileSync(join(directory, `${name}.runs`), 'utf8').length;

const FINE = `test('too', () => {});`;
const LATE = `test('late', () => { if (run === 1) throw new Error('too late'); });`;
const BROKEN = `test('broken', () => { throw new Error('broken'); });`;

it('a file that fails beside others and passes alone has passed, and is named', async () => {
  const result = await step({ fine: FINE, late: LATE }, true);
  expect(result).toMatchObject({ passed: 4, failed: 0, again: [expect.stringMatching(/late\.spec\.js$/)] });
  expect(result.output).toContain('too late');
  expect(told).toEqual([expect.stringMatching(/late\.spec\.js; once more, alone$/)]);
  expect([runsOf('fine'), runsOf('late')]).toEqual([1, 2]);
});

it('a file that fails twice has failed, whatever another one does', async () => {
  expect(await step({ broken: BROKEN, late: LATE }, true)).toMatchObject({ passed: 3, failed: 1, again: [expect.stringMatching(/late/)], failures: [expect.stringMatching(/broken\.spec\.js › broken: Error: broken$/)] });
  expect(runsOf('broken')).toBe(2);
});

it('where that is broken off, what was said first stands', async () => {
  const over = new AbortController();
  const hangs = `test('hangs', () => { if (run === 1) throw new Error('too late'); require('fs').writeFileSync(${JSON.stringify(join(directory, 'hangs'))}, ''); return new Promise(() => {}); }, 60_000);`;
  const running = step({ hangs, other: hangs }, true, over.signal);
  await waitUntil(() => void readFileSync(join(directory, 'hangs')), { what: 'the first one, once more', timeoutMs: 30_000 });
  over.abort();
  const { passed, failed, failures } = await running;
  expect([passed, failed, failures.length]).toEqual([2, 2, 2]);
  expect(told).toHaveLength(1);
});

it('a file that cannot be loaded has failed', async () => {
  expect(await step({ fine: FINE, unreadable: `throw new Error('no');` }, true)).toMatchObject({ passed: 2, failed: 1, again: [], failures: [expect.stringMatching(/unreadable\.spec\.js: no$/)] });
});

it('a file of which nothing runs the second time has failed', async () => {
  expect(await step({ gone: `if (run === 2) throw new Error('gone');\n${BROKEN}` }, true)).toMatchObject({ failed: 1, again: [] });
});

it('nothing runs twice where a step does not say so, or where more than three files fail, of so few', async () => {
  expect(await step({ late: LATE }, false)).toMatchObject({ passed: 1, failed: 1, again: [] });
  rmSync(join(directory, 'late.runs'));
  expect(await step({ late: LATE, a: BROKEN, b: BROKEN, c: BROKEN }, true)).toMatchObject({ passed: 4, failed: 4, again: [] });
  expect(runsOf('late')).toBe(1);
});
