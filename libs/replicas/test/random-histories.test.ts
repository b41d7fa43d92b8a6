import fc from 'fast-check';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { ReadLevel } from '../src/index';
import { DATABASE, delay, prepareCounters } from './counter';
import { type Violation, violationsIn } from './history-checker';
import { type Recorded, recordRun } from './random-run';
import { COUNTERS, peacefulSteps, type Step, someSteps, tellStep } from './random-steps';

/** `MADANG_SEED=… [MADANG_PATH=…]` runs one again, with the path the shrunk one alone, some times: the servers are real, it need not fail each time. */
const SEED = Number(process.env['MADANG_SEED'] ?? Date.now() % 1_000_000);
const PATH = process.env['MADANG_PATH'];
const RUNS = process.env['MADANG_STRESS'] === '1' ? 100 : 10;
const REPLAYS = 10;
const TRIES_A_SHRINK = 2;
jest.setTimeout(900_000);

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, COUNTERS);
  await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', 200);
  process.stderr.write(`random histories: MADANG_SEED=${SEED}\n`);
});
afterAll(() => infra?.stop());

interface Refuted extends Recorded {
  readonly steps: readonly Step[];
  readonly violations: readonly Violation[];
}

interface Search {
  readonly among: fc.Arbitrary<Step[]>;
  readonly parameters: fc.Parameters<[Step[]]>;
  readonly shrinkMs: number;
  readonly onRun?: (recorded: Recorded) => void;
}

/** Looks for steps after which a session reads less than it has read or written, and for as few of them as can be found in the time. */
async function refute(levelOf: (session: number) => ReadLevel, { among, parameters, shrinkMs, onRun }: Search): Promise<{ found: Refuted; told: string } | undefined> {
  let found: Refuted | undefined;
  let giveUpAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(among, async (steps) => {
    const tries = parameters.path ? REPLAYS : found ? TRIES_A_SHRINK : 1;
    for (let i = 0; i < tries && performance.now() < giveUpAt; i++) {
      const recorded = await recordRun(infra, steps, levelOf);
      onRun?.(recorded);
      const violations = violationsIn(recorded.history);
      if (violations.length === 0) continue;
      if (!found) giveUpAt = performance.now() + shrinkMs;
      found = { ...recorded, steps, violations };
      return false;
    }
    return true;
  });
  const { seed, counterexamplePath, numShrinks } = await fc.check(property, { unbiased: true, ...parameters });
  return found && { found, told: [`MADANG_SEED=${seed} MADANG_PATH=${counterexamplePath}, shrunk ${numShrinks} times`, ...tell(found)].join('\n') };
}

function tell({ steps, violations, story }: Refuted): string[] {
  return [
    `${steps.length} steps:`,
    ...steps.map((step) => `  ${tellStep(step)}`),
    'what happened:',
    ...story.map(({ at, line }) => `  ${at.toFixed(0).padStart(5)} ms  ${line}`),
    'violated:',
    ...violations.map(({ guarantee, before, read }) => `  ${guarantee}: ${read.session} has ${before.kind === 'read' ? 'read' : 'written'} ${before.value} of counter ${before.counter}, then reads ${read.value}`),
  ];
}

it('whatever happens, a session reads what it has read and written', async () => {
  const sum = { runs: 0, operations: 0, reads: 0, writes: 0 };
  const onRun = ({ history, failed }: Recorded): void => {
    sum.runs += 1;
    sum.operations += history.length;
    sum.reads += failed.reads;
    sum.writes += failed.writes;
  };
  const levelOf = (session: number): ReadLevel => (session < 4 ? 'session' : 'monotonic');
  const refuted = await refute(levelOf, { among: someSteps, parameters: { seed: SEED, numRuns: RUNS, ...(PATH && { path: PATH }) }, shrinkMs: 60_000, onRun });
  process.stderr.write(`random histories: ${sum.operations} operations in ${sum.runs} runs; failed while servers were down: ${sum.reads} reads, ${sum.writes} writes\n`);
  if (refuted) throw new Error(`A session has gone back. ${refuted.told}`);
  expect(sum.operations).toBeGreaterThan(sum.runs); // else nothing was looked at
});

it('(control) by random replicas it does not, and few steps show it', async () => {
  const refuted = await refute(() => 'eventual', { among: peacefulSteps, parameters: { seed: SEED, numRuns: 50 }, shrinkMs: 10_000 });
  process.stderr.write(`random histories: by random replicas refuted. ${refuted?.told ?? ''}\n`);
  expect(refuted?.found.steps.length).toBeLessThan(15);
});
