// Crash tests: `npm run crash [-- --seeds 10] [--seed 42] [--cdc debezium] [--mutant skip-inbox] [--operations 1000] [--quiet]`. See README.md.
import { UserFacingError } from '../../infra/core/user-facing-error.ts';
import { type CampaignReport, runCampaign } from './campaign.ts';
import { describeReport } from './describe-report.ts';
import type { Mutant } from './mutants.ts';
import { type CrashOptions, crashOptions } from './options.ts';

/** 25 a second: with the registrations' hashes about half of what two cores do while nothing fails. */
const MS_EACH = 40;
/** 1,000 operations then meet about 18 faults: each of the processes is killed and frozen at least once. */
const MEAN_GAP_MS = 2_200;

try {
  process.exitCode = (await play(crashOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
}

/** @returns whether every seed kept every promise; with a mutant, whether each seed found it, and one without it found nothing */
async function play(options: CrashOptions): Promise<boolean> {
  const { seeds, mutant } = options;
  const [first] = seeds;
  const results: (CampaignReport | undefined)[] = [];
  if (mutant && first !== undefined) {
    console.log(`\ncontrol: the faults of ${mutant.name} without it, which must find nothing`);
    results.push(await playSeed(first, options, mutant, undefined));
  }
  for (const seed of seeds) {
    console.log(`\nseed ${seed}: npm run crash -- ${argumentsOf(seed, options)}`);
    results.push(await playSeed(seed, options, mutant, mutant));
  }
  const violations = results.reduce((sum, report) => sum + (report?.violations.length ?? 0), 0);
  const brokenOff = results.filter((report) => report === undefined).length;
  const good = results.filter((report) => report?.complaints.length === 0).length;
  console.log(`\n${seeds.length} seeds, ${violations} violations${brokenOff > 0 ? `, ${brokenOff} seeds broken off` : ''}`);
  if (mutant) console.log(good === results.length ? `${mutant.name} was found in each seed, and nothing without it` : `${results.length - good} of ${results.length} runs, the control included, did not go as they must`);
  return good === results.length;
}

/** @param faultsOf whose faults take the place of the random ones @returns undefined if it was broken off */
async function playSeed(seed: number, { cdc, operations, quiet }: CrashOptions, faultsOf: Mutant | undefined, mutant: Mutant | undefined): Promise<CampaignReport | undefined> {
  const since = performance.now();
  const seconds = (): string => ((performance.now() - since) / 1_000).toFixed(1);
  const log = (line: string): void => (quiet ? undefined : console.log(`  ${seconds().padStart(5)} s  ${line}`));
  try {
    const report = await runCampaign({ seed, cdc, operations, durationMs: operations * MS_EACH, meanGapMs: MEAN_GAP_MS, plan: faultsOf?.plan, mutant, log });
    console.log(describeReport(report));
    return report;
  } catch (error) {
    console.error(`seed ${seed} was broken off:`, error);
    return undefined;
  } finally {
    console.log(`  took         ${seconds()} s`);
  }
}

function argumentsOf(seed: number, { cdc, mutant, operations }: CrashOptions): string {
  return `--seed ${seed} --cdc ${cdc}${mutant ? ` --mutant ${mutant.name}` : ''} --operations ${operations}`;
}
