import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pinnedNode } from './install.mjs';

const LOOK_MS = 1_000;

/**
 * Runs a script on the pinned Node with this process's terminal, and passes signals on to it.
 * @param {string} root
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
export function handOver(root, args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_COMPILE_CACHE: join(root, '.sandbox', 'cache', 'v8'), MADANG_BOOTSTRAP_PID: String(process.pid) };
    const child = spawn(pinnedNode(root), args, { stdio: 'inherit', env });
    child.on('error', reject);
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
    // npm does not pass on that it was killed. Without it nobody would end what runs here.
    const parent = process.ppid;
    const look = setInterval(() => {
      if (process.env.npm_lifecycle_event === undefined || process.ppid === parent) return;
      clearInterval(look);
      child.kill('SIGTERM');
    }, LOOK_MS);
    child.on('exit', (code) => {
      clearInterval(look);
      resolve(code ?? 1);
    });
  });
}
