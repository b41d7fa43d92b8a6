import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Who listens on a TCP port, as far as we may see: `pid 123 (node server.js)`. Undefined where the system does not tell. */
export function portOwner(port: number): string | undefined {
  const pid = process.platform === 'linux' ? listenerFromProc(port) : listenerFromLsof(port);
  if (pid === undefined) return undefined;
  const command = commandOf(pid);
  return command ? `pid ${pid} (${command})` : `pid ${pid}`;
}

function listenerFromProc(port: number): number | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => linesOf(file).flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      return local?.endsWith(suffix) && state === '0A' ? [`socket:[${inode}]`] : []; // 0A: LISTEN
    })),
  );
  if (inodes.size === 0) return undefined;
  const owner = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && descriptorsOf(entry).some((target) => inodes.has(target)));
  return owner === undefined ? undefined : Number(owner);
}

function descriptorsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      } catch {
        return '';
      }
    });
  } catch {
    return []; // somebody else's process
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function listenerFromLsof(port: number): number | undefined {
  try {
    const pid = execFileSync('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number(pid.trim().split('\n')[0]) || undefined;
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string | undefined {
  try {
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return command.length > 100 ? `${command.slice(0, 97)}...` : command;
  } catch {
    return undefined;
  }
}
