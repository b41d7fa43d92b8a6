import { setTimeout as sleep } from 'node:timers/promises';
import type { PidFiles, RecordedProcess } from './pid-files.ts';
import { isAlive } from './process-identity.mjs';
import { signalProcess, signalTree, treeOf } from './process-tree.ts';

const GRACE_MS = 8_000;

/**
 * Ends what a killed runner left behind, dependents before what they depend on, each by its own signal.
 * @returns the names of what was ended
 */
export async function endOrphans(pidFiles: PidFiles): Promise<string[]> {
  const orphans = pidFiles.alive().toSorted((a, b) => b.rank - a.rank);
  for (const orphan of orphans) {
    await end(orphan);
    pidFiles.remove(orphan.name);
  }
  return orphans.map(({ name }) => name);
}

async function end({ identity, signal }: RecordedProcess): Promise<void> {
  signalProcess(identity.pid, signal);
  signalTree(identity.pid, 'SIGCONT'); // it may have been frozen
  for (const deadline = Date.now() + GRACE_MS; Date.now() < deadline; await sleep(20)) {
    if (!isAlive(identity)) return;
  }
  for (const pid of treeOf(identity.pid)) signalProcess(pid, 'SIGKILL');
  while (isAlive(identity)) await sleep(20);
}
