import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserFacingError } from '../../core/user-facing-error.ts';
import { endOrphans } from '../../process/orphans.ts';
import { PidFiles } from '../../process/pid-files.ts';
import { signalProcess } from '../../process/process-tree.ts';
import { ControlClient, runnerOf } from '../control-client.ts';
import { stateDirectoryFrom, type Environment } from '../settings.ts';

const LONGEST_MS = 60_000;

export async function stop(_args: readonly string[], environment: Environment): Promise<number> {
  const ended = await stopSandbox(stateDirectoryFrom(environment));
  console.log(ended ? 'Stopped.' : 'The sandbox does not run.');
  return 0;
}

/** Ends the runner with everything it runs, or what a killed one left behind. @returns whether there was anything to end */
export async function stopSandbox(stateDirectory: string): Promise<boolean> {
  const runner = runnerOf(stateDirectory);
  if (!runner) return (await endOrphans(new PidFiles(join(stateDirectory, 'run')))).length > 0;
  try {
    await new ControlClient(stateDirectory).stop();
  } catch {
    signalProcess(runner.pid, 'SIGTERM'); // it does not listen yet, or no longer
  }
  for (const deadline = Date.now() + LONGEST_MS; runnerOf(stateDirectory); await sleep(50)) {
    if (Date.now() > deadline) throw new UserFacingError(`The runner (pid ${runner.pid}) does not stop. kill -9 ${runner.pid}, then npm run stop once more.`);
  }
  return true;
}
