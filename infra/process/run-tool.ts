import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, type Launch } from './child.ts';
import type { Ending, PidFiles } from './pid-files.ts';

export interface ToolContext {
  readonly pidFiles: PidFiles;
  /** Kills the tool. */
  readonly signal: AbortSignal;
}

/** A tool's work is, when it is interrupted. */
export const THROWN_AWAY: Ending = { signal: 'SIGKILL', rank: 1_000 };

/**
 * Runs a command to its end (initdb, cp, Kafka's formatter) as supervised as a service: an interrupted or killed runner
 * leaves none of them behind.
 * @returns what it printed
 * @throws with the end of its output when it fails
 */
export async function runTool(name: string, launch: Launch, { pidFiles, signal }: ToolContext): Promise<string> {
  signal.throwIfAborted();
  const id = `${name}-${randomUUID().slice(0, 8)}`;
  const outputPath = join(tmpdir(), `madang-${id}.out`);
  const output = openSync(outputPath, 'wx', 0o600);
  try {
    const child = await Child.spawn(id, launch, { pidFiles, ending: THROWN_AWAY, stdio: ['ignore', output, output] });
    const abort = (): void => void child.kill();
    signal.addEventListener('abort', abort, { once: true });
    const exit = await child.exited;
    signal.removeEventListener('abort', abort);
    signal.throwIfAborted();
    const printed = readFileSync(outputPath, 'utf8');
    if (exit.code !== 0) {
      throw new Error(`${name} failed (${exit.signal ?? `exit code ${exit.code}`}):\n${printed.trimEnd().split('\n').slice(-15).join('\n')}`);
    }
    return printed;
  } finally {
    closeSync(output);
    rmSync(outputPath, { force: true });
  }
}
