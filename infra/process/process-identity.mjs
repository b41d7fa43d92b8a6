// Plain JavaScript: the bootstrap uses it too, before a Node that strips types is installed.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A pid alone names whatever process has it now. Together with the time its process started (and the boot, on Linux, since
 * the kernel counts from there) it names one process for ever.
 * @param {number} pid
 * @returns {string | undefined} undefined when there is no such process, or only its zombie
 */
export function startTimeOf(pid) {
  return process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid);
}

/** @param {{ pid: number, startTime: string }} identity */
export function isAlive(identity) {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** @param {number} pid */
function startTimeFromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command may hold spaces and brackets: the fields are counted from the last closing one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId()}-${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** @type {string | undefined} */
let knownBootId;
function bootId() {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  return knownBootId;
}

/** @param {number} pid */
function startTimeFromPs(pid) {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return started.trim().replaceAll(/\s+/g, '_') || undefined;
  } catch {
    return undefined;
  }
}
