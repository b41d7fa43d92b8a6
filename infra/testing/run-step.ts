import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { repositoryRoot } from '../core/paths.ts';
import type { Preparation } from '../docker/ensure-images.ts';
import { runGroup } from '../process/run-group.ts';
import type { Step } from './steps.ts';

export interface StepResult {
  readonly step: Step;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** What it printed. */
  readonly output: string;
  /** Files of which a test failed beside the others and passed alone, relative to the repository; each is worth a look. */
  readonly again: readonly string[];
  /** Each test that failed, by file, name and the first line of why. */
  readonly failures: readonly string[];
}

/** The part of jest's `--json` report that is counted. */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that could not even be loaded. */
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** Why it could not be loaded. */
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages: readonly string[] }[];
  }[];
}

interface Run {
  readonly passed: number;
  readonly failed: number;
  readonly output: string;
  readonly files: number;
  readonly failedFiles: readonly string[];
  readonly failures: readonly string[];
}

/** What is broken breaks more files than a busy machine does: in its slowest hour that was ten of the 111 of `parts`. */
const MOST_FILES_AGAIN = 3;
const LARGEST_SHARE_AGAIN = 0.1;

/**
 * Runs a step in a process group of its own; `signal` kills the group. Real parts on a busy machine are now and then later than a test allows: up to three failed
 * files of a step that says `alone`, or a tenth of all, run once more, one by one, and what they say then counts. What they said first stays in the output.
 */
export async function runStep(step: Step, { signal, report }: Required<Preparation>): Promise<StepResult> {
  const start = performance.now();
  const first = await runOnce(step, step.command, signal);
  const { files, failedFiles } = first;
  const repeated = step.alone === true && failedFiles.length <= Math.max(MOST_FILES_AGAIN, files * LARGEST_SHARE_AGAIN) ? failedFiles : [];
  const runs = [first];
  for (const file of repeated) {
    if (signal.aborted) break;
    report(`failed: ${relative(repositoryRoot, file)}; once more, alone`);
    runs.push(await runOnce(step, [...step.command, '--runTestsByPath', file], signal));
  }
  const isRepeated = repeated.length > 0 && runs.length > repeated.length; // else what was said first stands
  // Where nothing ran, nothing passed.
  const failedAlone = runs.slice(1).map(({ passed, failed }) => (passed === 0 ? Math.max(failed, 1) : failed));
  const failed = isRepeated ? failedAlone.reduce((sum, count) => sum + count, 0) : first.failed;
  return {
    step,
    passed: first.passed + first.failed - failed,
    failed,
    seconds: (performance.now() - start) / 1000,
    output: runs.map(({ output }) => output).join('\n'),
    again: failedFiles.filter((_, index) => failedAlone[index] === 0).map((file) => relative(repositoryRoot, file)),
    failures: (isRepeated ? runs.slice(1) : [first]).flatMap(({ failures }) => failures),
  };
}

async function runOnce(step: Step, command: readonly string[], signal: AbortSignal): Promise<Run> {
  const scratch = mkdtempSync(join(tmpdir(), 'madang-step-'));
  const reportFile = join(scratch, 'report.json');
  try {
    const { code, output } = await run(step.counts === 'jest' ? [...command, '--json', `--outputFile=${reportFile}`] : command, step.environment, signal);
    return { ...(step.counts === 'jest' ? countsOf(reportFile, code) : one(code === 0)), output };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function run(command: readonly string[], environment: Step['environment'], signal: AbortSignal): Promise<{ code: number | null; output: string }> {
  const [executable = '', ...args] = command[0] === 'node' ? [process.execPath, ...command.slice(1)] : command;
  // The tools' own `#!/usr/bin/env node` shall find the pinned one.
  const PATH = [join(repositoryRoot, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  return runGroup(executable, args, { signal, environment: { PATH, FORCE_COLOR: '0', ...environment } });
}

/** Tests that ran all passed but jest failed all the same (a file did not load, a handle broke): that is a failure too. */
function countsOf(reportFile: string, code: number | null): Omit<Run, 'output'> {
  let report: JestReport;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8')) as JestReport;
  } catch {
    return one(code === 0);
  }
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const failedFiles = report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, files: report.testResults.length, failedFiles, failures: failuresOf(report) };
}

function failuresOf({ testResults }: JestReport): string[] {
  return testResults.filter(({ status }) => status === 'failed').flatMap(({ name, message, assertionResults }) => {
    const file = relative(repositoryRoot, name);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    return failed.length === 0 ? [`${file}: ${firstLine(message)}`] : failed.map(({ fullName, failureMessages: [why = ''] }) => `${file} › ${fullName}: ${firstLine(why)}`);
  });
}

function firstLine(text: string): string {
  return stripVTControlCharacters(text).split('\n').map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('●'))?.slice(0, 200) ?? '';
}

function one(passed: boolean): Omit<Run, 'output'> {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, files: 0, failedFiles: [], failures: passed ? [] : ['see above'] };
}
