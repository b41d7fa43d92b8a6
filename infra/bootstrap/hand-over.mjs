import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { watchCaller } from './caller.mjs';
import { pinnedNode } from './install.mjs';

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
    const unwatch = watchCaller(() => child.kill('SIGTERM'));
    child.on('exit', (code, signal) => {
      unwatch();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
