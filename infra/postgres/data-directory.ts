import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { infraDirectory } from '../core/paths.ts';
import { UserFacingError } from '../core/user-facing-error.ts';
import type { Launch } from '../process/child.ts';
import { runTool, type ToolContext } from '../process/run-tool.ts';
import type { ServerPlaces } from './places.ts';

const MAJOR_VERSION = '18';

/** Of every cluster, here and in Docker. The built-in provider sorts alike on every platform and can never be changed by an upgrade of libc. */
export const INITDB_ARGUMENTS = ['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'] as const;

/** Settings by name; values are quoted when written. */
export type Settings = Readonly<Record<string, string | number>>;

/** An environment without the caller's: libc's locale and zone would otherwise end up in the cluster. */
const SERVER_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

/** The server's command line, or another binary's, as the user that may run it. */
export function launchAs({ binDirectory, user, dataDirectory }: ServerPlaces, command: string, args: readonly string[]): Launch {
  const path = command.startsWith('/') ? command : join(binDirectory, command);
  return { command: path, args, env: SERVER_ENVIRONMENT, cwd: join(dataDirectory, '..'), ...user };
}

/** Whether it holds a cluster. @throws UserFacingError when that is of another major version */
export function holdsCluster(dataDirectory: string): boolean {
  const versionFile = join(dataDirectory, 'PG_VERSION');
  if (!existsSync(versionFile)) return false;
  const found = readFileSync(versionFile, 'utf8').trim();
  if (found !== MAJOR_VERSION) {
    throw new UserFacingError(`${dataDirectory} was written by PostgreSQL ${found}, this is ${MAJOR_VERSION}. npm run reset starts afresh.`);
  }
  return true;
}

/**
 * Builds the directory under another name and renames it when it is complete: an interrupted start leaves no half cluster
 * that the next one would take for a whole.
 */
export async function buildAtomically(places: ServerPlaces, build: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${places.dataDirectory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(places, unfinished);
  await build(unfinished);
  renameSync(unfinished, places.dataDirectory);
}

/** Makes the cluster if there is none. The superuser is `postgres`. */
export async function initialiseCluster(places: ServerPlaces, superuserPassword: string, context: ToolContext): Promise<void> {
  if (holdsCluster(places.dataDirectory)) return;
  await buildAtomically(places, async (unfinished) => {
    const passwordFile = `${unfinished}.password`;
    writeFileSync(passwordFile, superuserPassword, { mode: 0o600 });
    giveTo(places, passwordFile);
    const superuser = ['--username', 'postgres', '--pwfile', passwordFile];
    try {
      const args = ['--pgdata', unfinished, ...superuser, ...INITDB_ARGUMENTS, '--no-sync', '--no-instructions'];
      await runTool('initdb', launchAs(places, 'initdb', args), context);
    } finally {
      rmSync(passwordFile, { force: true });
    }
  });
}

/**
 * Writes the configuration afresh at each start: the repository's files, copied because the server's user may not be able to
 * read the checkout, with `settings` appended. What `ALTER SYSTEM` has set stays and wins.
 */
export function writeConfiguration(places: ServerPlaces, profiles: readonly string[], settings: Settings): void {
  const repositoryFile = (name: string): string => readFileSync(join(infraDirectory, 'postgres', name), 'utf8');
  const added = Object.entries(settings).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`);
  const configuration = [...profiles.map(repositoryFile), '# --- Added at this start', ...added, ''].join('\n');
  write(places, 'postgresql.conf', configuration);
  write(places, 'pg_hba.conf', repositoryFile('pg_hba.conf'));
}

function write(places: ServerPlaces, name: string, text: string): void {
  const path = join(places.dataDirectory, name);
  writeFileSync(path, text, { mode: 0o600 });
  giveTo(places, path);
}

export function giveTo({ user }: ServerPlaces, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}
