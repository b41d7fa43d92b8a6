import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { treeOf } from './process-tree.ts';

export interface Usage {
  /**
   * Proportional set size of the whole tree where the system tells it (Linux): memory shared by several processes, such as
   * PostgreSQL's buffers or Node's code, is divided among them, so that a sum over processes is true. Elsewhere resident size.
   */
  readonly memoryBytes: number;
  /** Of one core, over the time of the sample. */
  readonly cpuPercent: number;
}

const TICKS_A_SECOND = 100; // Linux: fixed for every architecture that Node runs on

/** Usage of each tree, by the pid of its root. Takes as long as the sample of the CPU, for all of them together. */
export async function usageOf(roots: readonly number[], sampleMs = 500): Promise<Map<number, Usage>> {
  return process.platform === 'linux' ? usageFromProc(roots, sampleMs) : usageFromPs(roots);
}

async function usageFromProc(roots: readonly number[], sampleMs: number): Promise<Map<number, Usage>> {
  const cpuOf = (root: number): number => sum(treeOf(root).map(cpuSeconds));
  const before = new Map(roots.map((root) => [root, cpuOf(root)]));
  const start = performance.now();
  await sleep(sampleMs);
  const seconds = (performance.now() - start) / 1000;
  return new Map(
    roots.map((root) => {
      const used = Math.max(0, cpuOf(root) - (before.get(root) ?? 0));
      return [root, { memoryBytes: sum(treeOf(root).map(memoryBytes)), cpuPercent: (100 * used) / seconds }];
    }),
  );
}

function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return 0;
  }
}

function memoryBytes(pid: number): number {
  // smaps_rollup is for the owner of the process alone; status is for everybody.
  return kilobytes(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m) ?? kilobytes(`/proc/${pid}/status`, /^VmRSS:\s+(\d+)/m) ?? 0;
}

function kilobytes(path: string, pattern: RegExp): number | undefined {
  try {
    const found = pattern.exec(readFileSync(path, 'utf8'))?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  } catch {
    return undefined;
  }
}

async function usageFromPs(roots: readonly number[]): Promise<Map<number, Usage>> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,rss=,%cpu=']);
  const rows = new Map(
    stdout.split('\n').map((line) => {
      const [pid = 0, rss = 0, cpu = 0] = line.trim().split(/\s+/).map(Number);
      return [pid, { memoryBytes: rss * 1024, cpuPercent: cpu }];
    }),
  );
  return new Map(
    roots.map((root) => {
      const tree = treeOf(root).flatMap((pid) => rows.get(pid) ?? []);
      return [root, { memoryBytes: sum(tree.map((row) => row.memoryBytes)), cpuPercent: sum(tree.map((row) => row.cpuPercent)) }];
    }),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
