import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../core/free-ports.ts';
import { startReaper } from '../process/reaper.ts';
import { Sandbox, type SandboxOptions } from './sandbox.ts';
import { portVariables, type Ports } from './settings.ts';

export interface TemporarySandbox {
  readonly sandbox: Sandbox;
  /** Stops it and removes its files. */
  dispose(): Promise<void>;
}

/**
 * A sandbox for a test: free ports, a directory of its own, beside whatever else runs. Not started yet. If the test's process
 * dies before `dispose`, everything is ended and removed all the same.
 */
export async function temporarySandbox(options: Omit<SandboxOptions, 'stateDirectory' | 'ports'> = {}): Promise<TemporarySandbox> {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'madang-sandbox-'));
  chmodSync(stateDirectory, 0o711); // PostgreSQL's user passes through, when root runs the tests
  const numbers = await freePorts(portVariables.length);
  const ports = Object.fromEntries(portVariables.map((variable, index) => [variable, numbers[index]])) as Ports;
  const letReaperGo = startReaper(stateDirectory);
  const sandbox = new Sandbox({ ...options, stateDirectory, ports });
  return {
    sandbox,
    dispose: async () => {
      await sandbox.stop();
      rmSync(stateDirectory, { recursive: true, force: true, maxRetries: 5 });
      letReaperGo();
    },
  };
}
