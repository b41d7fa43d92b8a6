import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, startTimeOf } from '../process/process-identity.mjs';

const PREFIX = 'install-';

/**
 * Notes an installing command, so that the next start can end it should this one be killed: two `npm ci` at the same time
 * would spoil each other's node_modules. Same form as the runner's own pid files.
 * @param {string} runDirectory
 * @param {number} pid leader of a process group of its own
 * @returns {() => void} takes the note away
 */
export function noteCommand(runDirectory, pid) {
  mkdirSync(runDirectory, { recursive: true });
  const file = join(runDirectory, `${PREFIX}${pid}.pid`);
  writeFileSync(file, `${pid} ${startTimeOf(pid) ?? 'ended'} SIGKILL 1000\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** @param {string} runDirectory */
export function endLeftoverCommands(runDirectory) {
  for (const file of readdirSync(runDirectory).filter((name) => name.startsWith(PREFIX) && name.endsWith('.pid'))) {
    const [pid = '', startTime = ''] = readFileSync(join(runDirectory, file), 'utf8').split(' ');
    if (isAlive({ pid: Number(pid), startTime })) {
      console.log(`The last start was killed while it was installing; what it left (pid ${pid}) is ended.`);
      process.kill(-Number(pid), 'SIGKILL');
    }
    rmSync(join(runDirectory, file), { force: true });
  }
}
