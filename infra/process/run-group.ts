import { spawn } from 'node:child_process';
import { repositoryRoot } from '../core/paths.ts';

/** For what it tidies up. */
const GRACE_MS = 15_000;

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
    const signalGroup = (name: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // It has gone by itself.
      }
    };
    let deaf: NodeJS.Timeout | undefined;
    const end = (): void => {
      signalGroup('SIGTERM');
      deaf ??= setTimeout(() => {
        signalGroup('SIGKILL');
        for (const stream of [child.stdout, child.stderr]) stream?.destroy(); // held by somebody of another group
      }, GRACE_MS);
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
    signal?.addEventListener('abort', end, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      clearTimeout(deaf);
      signal?.removeEventListener('abort', end);
      resolve({ code, output });
    });
  });
}
