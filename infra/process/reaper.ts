import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';

/**
 * Ends what is left and removes `stateDirectory` once this process is gone, however it went; see the script.
 * @param label `name=id` of containers that are removed too, with volumes and networks of that label and the network `madang-<id>`
 * @returns lets the reaper go ahead now
 */
export function startReaper(stateDirectory: string, label = ''): () => void {
  const script = join(infraDirectory, 'process', 'reaper.sh');
  const reaper = spawn('/bin/sh', [script, stateDirectory, label], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  reaper.unref();
  // A pipe must not keep a finished test's process alive; `unref` is there on every pipe, though not in its declared type.
  (reaper.stdin as unknown as { unref?: () => void }).unref?.();
  reaper.stdin.on('error', () => undefined);
  return () => reaper.stdin.end();
}
