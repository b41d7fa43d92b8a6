import { randomInt } from 'node:crypto';
import type { CdcEngineName } from '../infra/sandbox/settings.ts';
import { runCampaign } from './crash/campaign.ts';
import { mutants } from './crash/mutants.ts';

/** Repeats a run: `npm run crash -- --seed <it>`, which is longer, or CRASH_SEED=<it> here. */
const seed = Number(process.env['CRASH_SEED'] ?? randomInt(2 ** 31));
const ENGINES: readonly CdcEngineName[] = ['embedded', 'debezium'];
const log = (line: string): void => void process.stderr.write(`  crash ${seed}: ${line}\n`);

describe('under kill -9 and SIGSTOP of everything at random moments', () => {
  it.each(ENGINES)('every committed event takes effect once and in order, and no rolled-back one does, with the engine %s', async (cdc) => {
    const { complaints, acknowledged } = await runCampaign({ seed, cdc, operations: 200, durationMs: 12_000, meanGapMs: 850, log });
    expect({ seed, complaints }).toEqual({ seed, complaints: [] });
    expect(acknowledged).toBeGreaterThanOrEqual(200);
  }, 360_000);
});

const short = { seed, cdc: 'embedded', operations: 80, durationMs: 2_500, meanGapMs: 0, log } as const;

/** Negative controls: a checker that never finds anything proves nothing. */
describe('the crash test finds', () => {
  it.each(mutants)('$name, and nothing that does not follow from it', async (mutant) => {
    const { complaints } = await runCampaign({ ...short, plan: mutant.plan, mutant });
    expect({ seed, complaints }).toEqual({ seed, complaints: [] });
  }, 240_000);

  it('nothing without a mutant, under the faults of all of them', async () => {
    const plan = mutants.flatMap((mutant) => mutant.plan).toSorted((a, b) => a.atMs - b.atMs);
    const { complaints } = await runCampaign({ ...short, plan });
    expect({ seed, complaints }).toEqual({ seed, complaints: [] });
  }, 240_000);
});
