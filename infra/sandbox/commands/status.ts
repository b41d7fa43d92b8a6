import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { aligned } from '../../core/aligned.ts';
import { PidFiles } from '../../process/pid-files.ts';
import { ControlClient, runnerOf } from '../control-client.ts';
import { stateDirectoryFrom, type Environment } from '../settings.ts';
import type { ProcessStatus, SandboxStatus } from '../status.ts';

/** @returns 0 when it runs and everything is healthy, else 1 */
export async function status(args: readonly string[], environment: Environment): Promise<number> {
  const stateDirectory = stateDirectoryFrom(environment);
  if (!runnerOf(stateDirectory)) {
    console.log(withoutRunner(stateDirectory));
    return 1;
  }
  const current = await new ControlClient(stateDirectory).status();
  console.log(args.includes('--json') ? JSON.stringify(current, null, 2) : table(current));
  return current.processes.every(isWell) ? 0 : 1;
}

/** A runner that was killed with SIGKILL leaves its processes behind, and they go on answering. */
function withoutRunner(stateDirectory: string): string {
  const runDirectory = join(stateDirectory, 'run');
  // install-*: of a bootstrap, which may be at work right now.
  const left = existsSync(runDirectory) ? new PidFiles(runDirectory).alive().filter(({ name }) => !name.startsWith('install-')).length : 0;
  if (left === 0) return 'The sandbox does not run. npm start starts it.';
  return `The runner is dead, but ${left} of its processes still run: npm run stop ends them, npm start starts anew.`;
}

function isWell({ state, healthy }: ProcessStatus): boolean {
  return state === 'done' || ((state === 'healthy' || state === 'rolling') && healthy !== false);
}

function table({ phase, cdc, addresses, processes, runner }: SandboxStatus): string {
  const rows = [
    ['process', 'state', 'pid', 'port', 'memory', 'CPU', 'restarts', 'up'],
    ...processes.map((process) => [
      process.name,
      process.state === 'healthy' && process.healthy === false ? 'unhealthy' : process.state,
      text(process.pid),
      text(process.port),
      megabytes(process.memoryBytes),
      percent(process.cpuPercent),
      String(process.restarts),
      duration(process.uptimeMs),
    ]),
    // Its CPU is mostly what this very sample costs.
    ['(runner)', phase, text(runner.pid), '', megabytes(runner.memoryBytes), '-', '', ''],
    ['total', '', '', '', megabytes(total(processes, 'memoryBytes') + runner.memoryBytes), percent(total(processes, 'cpuPercent')), '', ''],
  ];
  const advice = processes.flatMap(({ name, state, help }) => {
    if (help !== null) return [`${name} needs you. ${help}`];
    return state === 'backing-off' || state === 'failed' ? [`${name} does not stay up: npm run logs -- ${name} says why`] : [];
  });
  return [aligned(rows, 2), ...(advice.length > 0 ? ['', ...advice] : []), '', ...addresses, `change data capture: ${cdc}`].join('\n');
}

function total(processes: readonly ProcessStatus[], field: 'memoryBytes' | 'cpuPercent'): number {
  return processes.reduce((sum, process) => sum + (process[field] ?? 0), 0);
}

function text(value: number | null): string {
  return value === null ? '-' : String(value);
}

function megabytes(bytes: number | null): string {
  return bytes === null ? '-' : `${Math.round(bytes / 1024 ** 2)} MB`;
}

function percent(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} %`;
}

function duration(ms: number | null): string {
  if (ms === null) return '-';
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
