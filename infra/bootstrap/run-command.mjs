import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { noteCommand } from './leftovers.mjs';

export const runDirectory = join(import.meta.dirname, '..', '..', '.sandbox', 'run');

/**
 * Runs a command to its end in a process group of its own, so that it can be ended together with whatever it starts.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} [options]
 * @returns {Promise<{ code: number | null, output: string }>} both streams' output, in order; code null if it was killed
 */
export function runCommand(command, args, { cwd, env, signal } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const child = spawn(command, [...args], { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const forget = child.pid === undefined ? () => {} : noteCommand(runDirectory, child.pid);
    let output = '';
    const collect = (/** @type {Buffer} */ data) => {
      output = (output + data.toString('utf8')).slice(-64 * 1024);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const abort = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        return; // just ended
      }
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      forget();
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code, output });
    });
  });
}
