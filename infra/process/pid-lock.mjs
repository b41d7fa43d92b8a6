// Plain JavaScript: the bootstrap uses it too, before a Node that strips types is installed.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAlive, startTimeOf } from './process-identity.mjs';

/**
 * A lock that dies with its holder: the file names the process and when it started, so neither a crash nor a pid that was
 * given to another process can keep it.
 * @param {string} path
 * @returns {import('./pid-lock.mjs').LockAttempt} who holds it if we could not take it
 */
export function takeLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  const ours = `${process.pid} ${startTimeOf(process.pid)}`;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, ours, { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(draft, path); // fails if it exists, and is complete if it does not
        return { taken: true, release: () => rmSync(path, { force: true }) };
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      }
      const text = read(path);
      const holder = parse(text);
      if (holder && isAlive(holder)) return { taken: false, holder };
      removeStale(path, text);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} path
 * @returns {import('./process-identity.mjs').ProcessIdentity | undefined} the living holder
 */
export function lockHolder(path) {
  const holder = parse(read(path));
  return holder && isAlive(holder) ? holder : undefined;
}

/**
 * Two may find the same stale lock, and the slower one must not remove the lock that the faster one has taken meanwhile:
 * what is removed is looked at once more, and put back if it is not what was found stale.
 * @param {string} path
 * @param {string} stale
 */
function removeStale(path, stale) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== stale) linkSync(aside, path);
  } catch {
    return; // somebody else was faster: look again
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} text */
function parse(text) {
  const [pid, startTime] = text.trim().split(' ');
  return startTime ? { pid: Number(pid), startTime } : undefined;
}
