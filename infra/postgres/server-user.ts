import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root hands it to a user without rights: the owner of the data, if there are any,
 * else `postgres`, else `nobody`. Anybody else runs it as themselves (undefined).
 */
export function serverUser(dataDirectory: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataDirectory)) {
    const { uid, gid } = statSync(dataDirectory);
    if (uid !== 0) return { uid, gid };
  }
  const user = userNamed('postgres') ?? userNamed('nobody');
  if (!user) throw new Error('PostgreSQL refuses to run as root, and there is neither a user "postgres" nor "nobody" to run it as');
  return user;
}

/** Whether `user` may pass through every directory down to `path` and enter or read it. */
export function canReach(path: string, user: ServerUser): boolean {
  for (let current = path; ; current = dirname(current)) {
    const { mode, uid, gid } = statSync(current);
    const permissions = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode;
    if ((permissions & 0b001) === 0) return false;
    if (current === dirname(current)) return true;
  }
}

function userNamed(name: string): ServerUser | undefined {
  try {
    const id = (option: string): number => Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
