// `npm test`: everything that proves the project, with progress, closing with the single line `N passed, N failed`; a step that
// cannot run says so, and why. With --docker the tests' real parts run in containers.
import { whyNoEngine } from './docker/engine.ts';
import { messageOf } from './core/user-facing-error.ts';
import { ensureImages, type Preparation } from './docker/ensure-images.ts';
import { runStep, type StepResult } from './testing/run-step.ts';
import { STAGES, type Step } from './testing/steps.ts';
import { endOf } from './testing/why-too-late.ts';

const REMINDER_MS = 30_000;

const args = process.argv.slice(2);
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
const names = STAGES.flat().map(({ name }) => name);
if (args.includes('--list') || (only !== undefined && !names.includes(only))) {
  console.log(`Steps: ${names.join(', ')}`);
  process.exit(args.includes('--list') ? 0 : 1);
}

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
const leftMs = Math.max(0, endOf(process.env) * 1_000 - Date.now());
/** What is late is broken off and has failed; the others' results are told all the same. */
const signal = Number.isFinite(leftMs) ? AbortSignal.any([abort.signal, AbortSignal.timeout(leftMs)]) : abort.signal;
const preparation: Required<Preparation> = { report: (line) => console.log(`  ${line}`), signal };

if (args.includes('--docker')) {
  const why = whyNoEngine() ?? (await ensureImages(preparation).then(() => undefined, messageOf));
  if (why !== undefined) {
    console.error(`--docker needs a Docker engine, and images: ${why}`);
    process.exit(1);
  }
  process.env['MADANG_INFRA'] = 'docker';
}

let passed = 0;
let failed = 0;
let skipped = 0;
const failures: string[] = [];
// The build has been done, or has failed, by the time this file runs.
if (only === undefined) passed += 1;

for (const stage of STAGES) {
  const steps = stage.filter(({ name }) => only === undefined || name === only);
  const possible: Step[] = [];
  for (const step of steps) {
    const why = await step.whyNot?.(preparation);
    if (why === undefined) possible.push(step);
    else if (!abort.signal.aborted) console.log(`skipped ${step.name.padEnd(15)} ${why}`);
  }
  skipped += steps.length - possible.length;
  const results = await Promise.all(
    possible.map(async (step) => {
      const since = performance.now();
      const reminder = setInterval(() => console.log(`  still: ${step.name} (${((performance.now() - since) / 1000).toFixed(0)} s)`), REMINDER_MS);
      const result = await prepared(step);
      clearInterval(reminder);
      if (!abort.signal.aborted) report(result);
      return result;
    }),
  );
  for (const result of results) {
    passed += result.passed;
    failed += result.failed;
    failures.push(...result.failures.map((failure) => `failed  ${result.step.name.padEnd(16)} ${failure}`));
  }
  if (abort.signal.aborted) {
    console.error('Broken off.');
    process.exit(130);
  }
}
for (const failure of failures) console.log(failure);
if (skipped > 0) console.log(`${skipped} of ${names.length} steps skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function prepared(step: Step): Promise<StepResult> {
  const since = performance.now();
  try {
    await step.prepare?.(preparation);
    return await runStep(step, preparation);
  } catch (error) {
    return { step, passed: 0, failed: 1, seconds: (performance.now() - since) / 1000, output: messageOf(error), again: [], failures: [messageOf(error)] };
  }
}

function report(result: StepResult): void {
  const { step, output, seconds, again } = result;
  if (result.failed > 0 || again.length > 0) console.log(`\n${withoutReport(output).trimEnd()}\n`);
  console.log(`${result.failed === 0 ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(16)} ${result.passed} passed, ${result.failed} failed (${seconds.toFixed(1)} s)`);
  for (const file of again) console.log(`again   ${step.name.padEnd(16)} ${file} failed at first (above) and passed alone: too little time, or a race`);
}

/** A failed jest prints what failed; where it wrote its report is of no interest. */
function withoutReport(output: string): string {
  return output.replaceAll(/^Test results written to: .*$/gm, '');
}
