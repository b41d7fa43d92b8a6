// What every `npm run` command goes through. Runs on any Node >= 20.19, before node_modules exists: plain JavaScript, no
// dependency. It installs and builds what changed, then hands over to the Node 24 that package.json pins.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { checkArguments } from './arguments.mjs';
import { buildIfChanged } from './build.mjs';
import { Abort, Complaint } from './complaint.mjs';
import { handOver } from './hand-over.mjs';
import { helpFor } from './help.mjs';
import { install, installed, missingForEmbedded } from './install.mjs';
import { checkPlatform, dockerRuns } from './prerequisites.mjs';
import { lockHolder } from '../process/pid-lock.mjs';

const root = join(import.meta.dirname, '..', '..');
const NOTHING_RUNS = 'Nothing is installed yet, so nothing runs. npm start installs and starts.';
const stateDirectory = process.env.SANDBOX_DIRECTORY ?? join(root, '.sandbox');

/**
 * @param {string[]} argv
 * @returns {Promise<number>} exit code
 */
export async function main(argv) {
  try {
    return await run(argv);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
}

/** @param {string[]} argv */
async function run([command = 'help', ...args]) {
  if (command === 'help' || args.includes('--help') || args.includes('-h')) {
    console.log(helpFor(command));
    return 0;
  }
  checkArguments(command, args);
  checkPlatform();
  const cli = join(root, 'infra', 'sandbox', 'cli.ts');
  switch (command) {
    case 'start':
      if (startsInDocker(args)) {
        await prepare({ docker: true });
        return handOver(root, [join(root, 'infra', 'docker', 'start.ts'), ...args]);
      }
      // Packages are not replaced under a running sandbox: it is only asked to say that it runs.
      if (!lockHolder(join(stateDirectory, 'run', 'lock'))) await prepare({ connect: asksForDebezium(args) });
      return handOver(root, [cli, 'start', ...args]);
    case 'test':
      await prepare({ connect: true });
      return handOver(root, [join(root, 'infra', 'test.ts'), ...args]);
    case 'build':
      await prepare({ alwaysBuild: true, connect: asksForDebezium(args) });
      return 0;
    case 'scenario':
      if (!installed(root)) throw new Complaint(NOTHING_RUNS);
      return handOver(root, ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', join(root, 'e2e', 'scenarios', 'main.ts'), ...args]);
    case 'stop':
      if (installed(root)) return handOver(root, [cli, command, ...args]);
      console.log(NOTHING_RUNS);
      return 0;
    case 'status':
    case 'restart':
    case 'logs':
    case 'sql':
    case 'dead-letters':
    case 'reconcile':
    case 'reset':
      if (!installed(root)) throw new Complaint(NOTHING_RUNS);
      return handOver(root, [cli, command, ...args]);
    default:
      throw new Complaint(`There is no command "${command}".\n\n${helpFor('help')}`);
  }
}

/**
 * Whether a start, or what is built for, needs Kafka Connect, by the same precedence as the sandbox's own: argument, environment, `.env`.
 * @param {readonly string[]} args
 */
function asksForDebezium(args) {
  const at = args.indexOf('--cdc');
  if (at >= 0) return args[at + 1] === 'debezium';
  const file = join(root, '.env');
  return (process.env.CDC_ENGINE ?? (existsSync(file) ? parseEnv(readFileSync(file, 'utf8')).CDC_ENGINE : undefined)) === 'debezium';
}

/**
 * Where it is asked for, or where the embedded mode lacks something and an engine runs.
 * @param {readonly string[]} args
 */
function startsInDocker(args) {
  if (process.env.npm_config_docker !== undefined) throw new Complaint('npm took --docker for itself. With two more dashes: npm start -- --docker');
  if (args.includes('--docker')) return true;
  const missing = missingForEmbedded(root, asksForDebezium(args));
  if (missing.length === 0 || !dockerRuns()) return false;
  console.log(`Not found here: ${missing.join('; ')}. Docker runs: everything starts in containers.`);
  return true;
}

async function prepare({ alwaysBuild = false, connect = false, docker = false } = {}) {
  const abort = new Abort();
  try {
    await install(root, { connect, docker, signal: abort.signal });
    if (docker) return; // the image is built from the sources
    await buildIfChanged(root, { always: alwaysBuild, signal: abort.signal });
  } finally {
    abort.dispose();
  }
}
