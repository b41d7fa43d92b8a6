import { chmodSync, existsSync, mkdirSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFree } from '../core/free-ports.ts';
import { UserFacingError } from '../core/user-facing-error.ts';
import type { ProcessDefinition } from '../process/process-definition.ts';
import { portOwner } from './port-owner.ts';

/** The first start writes three clusters and their logs; later ones only add to them. */
const NEEDED_AT_FIRST_BYTES = 1024 ** 3;
const NEEDED_BYTES = 256 * 1024 ** 2;
/** Less than this is full, whatever it says: a segment of PostgreSQL's log (16 MB) no longer fits. */
const FULL_BYTES = 16 * 1024 ** 2;

/** Makes the directory for state. @throws UserFacingError if it belongs to another user */
export function prepareStateDirectory(path: string): void {
  if (!existsSync(path)) {
    // Root runs PostgreSQL as another user, which must be able to pass through; what is secret in here is 0600 by itself.
    mkdirSync(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  }
  const { uid, mode } = statSync(path);
  // An empty one of mode 0700 comes from mkdtemp: nothing in it was meant to be hidden.
  if (uid === 0 && uid === process.getuid?.() && (mode & 0o001) === 0 && readdirSync(path).length === 0) chmodSync(path, 0o711);
  const self = process.getuid?.();
  if (self !== undefined && uid !== self) {
    throw new UserFacingError(`${path} belongs to user ${uid}, not to you (user ${self}). Start as that user, or remove the directory as them.`);
  }
}

/** @throws UserFacingError if there is not room enough to start */
export function checkFreeSpace(path: string): void {
  const free = freeBytes(path);
  const needed = existsSync(join(path, 'postgres', 'data', 'PG_VERSION')) ? NEEDED_BYTES : NEEDED_AT_FIRST_BYTES;
  if (free < needed) {
    throw new UserFacingError(`The disk is full: ${inMegabytes(free)} are free where ${path} lies, ${inMegabytes(needed)} are needed. Free some, then start again.`);
  }
}

/** A message if a failure comes from a full disk: by its own words, or by what is left. */
export function diskFullMessage(path: string, symptoms: readonly string[]): string | undefined {
  const free = freeBytes(path);
  const named = symptoms.some((line) => /No space left on device|ENOSPC|disk full/i.test(line));
  if (!named && free >= FULL_BYTES) return undefined;
  return `The disk is full: ${inMegabytes(free)} are free where ${path} lies. Free some, then start again: nothing that was acknowledged is lost.`;
}

/** @throws UserFacingError naming each port that is taken, its variable and its owner */
export async function checkPorts(topology: readonly ProcessDefinition[]): Promise<void> {
  const taken: string[] = [];
  for (const { name, ports = [] } of topology) {
    for (const { variable, port } of ports) {
      if (await isSoonFree(port)) continue;
      const owner = portOwner(port);
      taken.push(`Port ${port}, which ${name} needs, is taken${owner ? ` by ${owner}` : ''}. End that, or set ${variable} to another port.`);
    }
  }
  if (taken.length > 0) throw new UserFacingError(taken.join('\n'));
}

/** A process that has just ended keeps its sockets until the last of its threads is gone: a port gets a second. */
async function isSoonFree(port: number): Promise<boolean> {
  for (const deadline = Date.now() + 1_000; Date.now() < deadline; await sleep(50)) {
    if (await isFree(port)) return true;
  }
  return false;
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)} MB`;
}
