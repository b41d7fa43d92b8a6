// Crash tests: `npm run crash [-- --seeds 10] [--seed 42] [--cdc debezium] [--mutant skip-inbox] [--operations 1000] [--quiet]`. See README.md.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type CampaignReport, type CdcEngine, runCampaign } from './campaign.ts';
import { describeReport } from './describe-report.ts';
import { mutantNamed } from './mutants.ts';

/** 25 a second: with the registrations' hashes about half of what two cores do while nothing fails. */
const MS_EACH = 40;
/** 1,000 operations then meet about 18 faults: each of the processes is killed and frozen at least once. */
const MEAN_GAP_MS = 2_200;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    cdc: { type: 'string', default: 'embedded' },
    mutant: { type: 'string' },
    operations: { type: 'string', default: '1000' },
    quiet: { type: 'boolean', default: false },
  },
});

const mutant = values.mutant === undefined ? undefined : mutantNamed(values.mutant);
const cdc = engineNamed(values.cdc);
const operations = wholeNumber('operations', values.operations);
const seeds = values.seed === undefined ? Array.from({ length: wholeNumber('seeds', values.seeds) }, () => randomInt(2 ** 31)) : [wholeNumber('seed', values.seed)];

const reports: CampaignReport[] = [];
let brokenOff = 0;
for (const seed of seeds) {
  console.log(`\nseed ${seed}: npm run crash -- --seed ${seed} --cdc ${cdc}${mutant ? ` --mutant ${mutant.name}` : ''} --operations ${operations}`);
  const since = performance.now();
  const log = (line: string): void => console.log(`  ${((performance.now() - since) / 1_000).toFixed(1).padStart(5)} s  ${line}`);
  try {
    const report = await runCampaign({ seed, cdc, operations, durationMs: operations * MS_EACH, meanGapMs: MEAN_GAP_MS, mutant, log: values.quiet ? () => undefined : log });
    reports.push(report);
    console.log(describeReport(report));
  } catch (error) {
    brokenOff++;
    console.error(`seed ${seed} was broken off:`, error);
  }
  console.log(`  took         ${((performance.now() - since) / 1_000).toFixed(0)} s`);
}

const violations = reports.reduce((sum, report) => sum + report.violations.length, 0);
console.log(`\n${seeds.length} seeds, ${violations} violations${brokenOff > 0 ? `, ${brokenOff} seeds broken off` : ''}`);
process.exitCode = violations === 0 && brokenOff === 0 ? 0 : 1;

function engineNamed(name: string): CdcEngine {
  if (name !== 'embedded' && name !== 'debezium') throw new Error(`--cdc must be embedded or debezium, not "${name}"`);
  return name;
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < 1) throw new Error(`--${option} must be a whole number from 1, not "${text}"`);
  return Number(text);
}
