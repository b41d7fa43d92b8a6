import { spawn } from 'node:child_process';
import { repositoryRoot } from '../core/paths.ts';

export interface RunGroupOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Ends all of it, in order: what tidies up at SIGTERM can. */
  readonly signal?: AbortSignal | undefined;
  /** As `signal` does, after so long. */
  readonly timeoutMs?: number;
  /** `errors`: what it writes to standard output is of no interest. */
  readonly keep?: 'all' | 'errors';
}

/** Runs a command in the repository, in a process group of its own, which ends as a whole. Resolves when it has ended, however that came. */
export function runGroup(command: string, args: readonly string[], { environment = {}, signal, timeoutMs, keep = 'all' }: RunGroupOptions): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, { cwd: repositoryRoot, stdio: ['ignore', keep === 'all' ? 'pipe' : 'ignore', 'pipe'], detached: true, env: { ...process.env, ...environment } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString('utf8')));
    const end = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
    signal?.addEventListener('abort', end, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve({ code, output });
    });
  });
}
