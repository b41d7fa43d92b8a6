import { randomInt } from 'node:crypto';
import { type CdcEngine, runCampaign } from './crash/campaign.ts';
import { mutants } from './crash/mutants.ts';

/** Repeats a run: `npm run crash -- --seed <it>`, which is longer, or CRASH_SEED=<it> here. */
const seed = Number(process.env['CRASH_SEED'] ?? randomInt(2 ** 31));
const ENGINES: readonly CdcEngine[] = ['embedded', 'debezium'];
const log = (line: string): void => void process.stderr.write(`  crash ${seed}: ${line}\n`);

describe('under kill -9 and SIGSTOP of everything at random moments', () => {
  it.each(ENGINES)('every committed event takes effect once and in order, and no rolled-back one does, with the engine %s', async (cdc) => {
    const { violations, acknowledged } = await runCampaign({ seed, cdc, operations: 200, durationMs: 12_000, meanGapMs: 850, log });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(acknowledged).toBeGreaterThanOrEqual(200);
  }, 360_000);
});

/** Negative controls: a checker that never finds anything proves nothing. */
describe('the crash test finds', () => {
  it.each(mutants)('$name', async (mutant) => {
    const { violations } = await runCampaign({ seed, cdc: 'embedded', operations: 80, durationMs: 2_500, meanGapMs: 0, mutant, log });
    expect(violations.map(({ invariant }) => invariant)).toContain(mutant.breaks);
  }, 240_000);
});
