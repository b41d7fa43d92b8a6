import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, UserFacingError } from '../../core/user-facing-error.ts';
import { Interrupted } from '../../process/interrupted.ts';
import { ProcessFailure } from '../../process/process-failure.ts';
import { AlreadyRunning } from '../already-running.ts';
import { ControlClient, runnerOf } from '../control-client.ts';
import { checkEnvFile } from '../env-file.ts';
import { Progress } from '../progress.ts';
import { Sandbox } from '../sandbox.ts';
import { readEnvFile, stateDirectoryFrom, type Environment } from '../settings.ts';
import { StopSignals } from '../stop-signals.ts';
import { welcome } from '../welcome.ts';

const STOPPING_MS = 40_000;

/**
 * Runs until it is told to stop.
 * @returns 0 after an orderly end, and when another runner already has this sandbox: what was asked for is there
 */
export async function start(args: readonly string[], given: Environment): Promise<number> {
  const environment = withArguments(args, given);
  checkEnvFile(readEnvFile());
  const progress = new Progress();
  let fatal: Error | undefined;
  const sandbox = new Sandbox({
    environment,
    report: (line) => progress.say(line),
    onState: (process, state, detail) => progress.onState(process, state, detail),
    onFatal: (error) => {
      fatal = error;
    },
  });
  const signals = new StopSignals();
  signals.listen({
    onFirst: (why) => {
      progress.say(`${why}: stopping (once more to kill everything at once)`);
      void sandbox.stop();
    },
    onSecond: () => {
      progress.say('killing everything');
      sandbox.killNow();
    },
  });

  try {
    await untilNotStopping(environment, progress);
    await sandbox.start();
  } catch (error) {
    await sandbox.stop();
    if (error instanceof AlreadyRunning) return alreadyRunning(error, sandbox);
    if (signals.received) return progress.interrupted(signals.received);
    if (error instanceof Interrupted) return progress.interrupted('npm run stop');
    console.error(`\n${explain(error)}`);
    return 1;
  }
  progress.finish();
  console.log(welcome(sandbox));
  await sandbox.ended;
  if (fatal) {
    console.error(`\n${fatal.message}`);
    return 1;
  }
  console.log('Stopped.');
  return 0;
}

/** What was asked for is there, unless that was the other engine. */
async function alreadyRunning({ message }: AlreadyRunning, { stateDirectory, cdc }: Sandbox): Promise<number> {
  const current = await new ControlClient(stateDirectory).status().catch(() => undefined);
  const starting = current?.phase === 'starting' ? 'It is still starting. ' : '';
  console.log(`${message}\n${starting}npm run status shows its processes, npm run stop ends it.`);
  if (!current || current.cdc === cdc) return 0;
  console.error(`It runs with --cdc ${current.cdc}. To change to ${cdc}: npm run stop, then npm start -- --cdc ${cdc}`);
  return 1;
}

/** A runner that is just ending (its npm was killed a moment ago, say) is waited for rather than reported as running. */
async function untilNotStopping(environment: Environment, progress: Progress): Promise<void> {
  const stateDirectory = stateDirectoryFrom(environment);
  for (const deadline = Date.now() + STOPPING_MS; Date.now() < deadline; ) {
    const runner = runnerOf(stateDirectory);
    if (!runner || runner.pid === process.pid) return;
    const phase = await new ControlClient(stateDirectory).status().then(
      (status) => status.phase,
      () => 'unknown',
    );
    if (phase !== 'stopping') return;
    progress.sayOnce(`The last runner (pid ${runner.pid}) is still stopping: waiting for it`);
    await sleep(200);
  }
}

/**
 * What is typed behind a command wins over the environment.
 * @throws UserFacingError for `npm start --cdc debezium`: npm keeps what has no `--` before it
 */
function withArguments(args: readonly string[], environment: Environment): Environment {
  if (environment['npm_config_cdc'] !== undefined) throw new UserFacingError('npm took --cdc for itself. With two more dashes: npm start -- --cdc debezium');
  const at = args.indexOf('--cdc');
  return at < 0 ? environment : { ...environment, CDC_ENGINE: args[at + 1] ?? '' };
}

function explain(error: unknown): string {
  if (error instanceof UserFacingError) return error.message;
  if (error instanceof ProcessFailure) return `${error.message}\nEverything has been stopped again.`;
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}
