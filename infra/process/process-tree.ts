import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The process and all its descendants, parents first. A process group will not do: each PostgreSQL backend opens a session
 * of its own, so a signal to the postmaster's group reaches the postmaster alone.
 */
export function treeOf(root: number): number[] {
  const children = Map.groupBy(parentage(), ({ parent }) => parent);
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []).map((child) => child.pid));
  return tree;
}

/** Sends a signal to each process of the tree; those already gone are passed over. */
export function signalTree(root: number, signal: NodeJS.Signals): void {
  for (const pid of treeOf(root)) signalProcess(pid, signal);
}

/**
 * Freezes a tree. Parents stop before their children are looked up again, so a child forked meanwhile is found in the
 * second round; nobody is left to fork after that.
 */
export function freezeTree(root: number): void {
  let frozen = 0;
  for (let tree = treeOf(root); tree.length > frozen; tree = treeOf(root)) {
    for (const pid of tree) signalProcess(pid, 'SIGSTOP');
    frozen = tree.length;
  }
}

/** @returns whether there was such a process */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

interface Parentage {
  readonly pid: number;
  readonly parent: number;
}

function parentage(): Parentage[] {
  return process.platform === 'linux' ? parentageFromProc() : parentageFromPs();
}

function parentageFromProc(): Parentage[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      return [{ pid: Number(entry), parent: Number(parent) }];
    } catch {
      return []; // ended while we read
    }
  });
}

function parentageFromPs(): Parentage[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return pid && parent !== undefined ? [{ pid, parent }] : [];
    });
}
