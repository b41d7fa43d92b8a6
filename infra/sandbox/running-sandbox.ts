import { UserFacingError } from '../core/user-facing-error.ts';
import { runnerOf } from './control-client.ts';
import { stateDirectoryFrom, type Environment } from './settings.ts';
import type { SandboxStatus } from './status.ts';

/** @throws UserFacingError with the names that exist */
export function checkDatabase(database: string, databases: readonly string[]): void {
  if (!databases.includes(database)) throw new UserFacingError(`There is no database "${database}". There are: ${databases.join(', ')}`);
}

/** The state directory of the sandbox that runs. @throws UserFacingError when none does */
export function runningDirectory(environment: Environment): string {
  const stateDirectory = stateDirectoryFrom(environment);
  if (!runnerOf(stateDirectory)) throw new UserFacingError('The sandbox does not run. npm start starts it.');
  return stateDirectory;
}

/** The runner knows; a command may have been given other settings than `npm start` was. */
export function portOf({ processes }: SandboxStatus, process: string): number {
  const port = processes.find(({ name }) => name === process)?.port;
  if (!port) throw new Error(`This sandbox has no ${process}.`);
  return port;
}
