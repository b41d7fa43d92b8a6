import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { repositoryRoot } from '../core/paths.ts';
import type { Step } from './steps.ts';

export interface StepResult {
  readonly step: Step;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** What it printed. */
  readonly output: string;
}

/** The part of jest's `--json` report that is counted. */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that could not even be loaded. */
  readonly numRuntimeErrorTestSuites: number;
}

/** Runs a step in a process group of its own; `signal` kills the group. */
export async function runStep(step: Step, signal: AbortSignal): Promise<StepResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'madang-step-'));
  const reportFile = join(scratch, 'report.json');
  const start = performance.now();
  try {
    const { code, output } = await run(step.counts === 'jest' ? [...step.command, '--json', `--outputFile=${reportFile}`] : step.command, signal);
    const counts = step.counts === 'jest' ? countsOf(reportFile, code) : one(code === 0);
    return { step, ...counts, seconds: (performance.now() - start) / 1000, output };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function run(command: readonly string[], signal: AbortSignal): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const [executable = '', ...args] = command[0] === 'node' ? [process.execPath, ...command.slice(1)] : command;
    // The tools' own `#!/usr/bin/env node` shall find the pinned one.
    const PATH = [join(repositoryRoot, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
    const environment = { ...process.env, PATH, FORCE_COLOR: '0' };
    const child = spawn(executable, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: environment });
    let output = '';
    // Jest's report goes to its file; --json would print it a second time here.
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString('utf8');
    });
    child.stderr.on('data', (data: Buffer) => {
      output += data.toString('utf8');
    });
    const abort = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    };
    signal.addEventListener('abort', abort, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', abort);
      resolve({ code, output });
    });
  });
}

/** Tests that ran all passed but jest failed all the same (a file did not load, a handle broke): that is a failure too. */
function countsOf(reportFile: string, code: number | null): { passed: number; failed: number } {
  let report: JestReport;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8')) as JestReport;
  } catch {
    return one(code === 0);
  }
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

function one(passed: boolean): { passed: number; failed: number } {
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
