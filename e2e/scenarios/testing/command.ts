import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RunEvent } from '@madang/lab';
import { repositoryRoot } from '../../../infra/core/paths.ts';

const MAIN = join(repositoryRoot, 'e2e', 'scenarios', 'main.ts');

export interface Command {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
}

/** `npm run scenario -- …` in a process of its own, that knows of one sandbox or of none. */
export function command(args: readonly string[], environment: Readonly<Record<string, string>>): Command {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'] ?? '', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (part: Buffer) => (output[stream] += part.toString('utf8')));
  return { child, output, ended: once(child, 'close').then(([code]) => code as number | null) };
}

export function eventsIn({ output }: Command): RunEvent[] {
  return output.stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as RunEvent);
}
