import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pinnedNode } from './install.mjs';

const LOOK_MS = 300;

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
    const callerIsGone = watchNpm();
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
    const look = setInterval(() => {
      if (!callerIsGone()) return;
      clearInterval(look);
      child.kill('SIGTERM');
    }, LOOK_MS);
    child.on('exit', (code, signal) => {
      clearInterval(look);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * npm tells nobody that it was killed. The scripts in package.json begin with `exec`, so npm is this process's parent, not a
 * shell in between that would keep signals to itself. Whoever starts the bootstrap without npm may go: nothing is watched.
 * @returns {() => boolean}
 */
function watchNpm() {
  const parent = process.ppid;
  return () => process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;
}
