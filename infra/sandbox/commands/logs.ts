import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserFacingError } from '../../core/user-facing-error.ts';
import { LogFile } from '../../process/log-file.ts';
import { stateDirectoryFrom, type Environment } from '../settings.ts';

const LINES = 50;
const LOOK_MS = 200;

/** Prints the end of a process's log and follows it until Ctrl-C; `--no-follow` leaves it at the end. */
export async function logs(args: readonly string[], environment: Environment): Promise<number> {
  const directory = join(stateDirectoryFrom(environment), 'logs');
  const name = args.find((argument) => !argument.startsWith('-'));
  const path = name && join(directory, `${basename(name).replaceAll(':', '-')}.log`);
  if (!path || !existsSync(path)) {
    throw new UserFacingError(`${name ? `There is no log of "${name}".` : 'Whose log? npm run logs -- member, for one.'} There are: ${namesIn(directory)}`);
  }
  const tail = new LogFile(path).tail(LINES);
  if (tail.length > 0) console.log(tail.join('\n'));
  if (args.includes('--no-follow')) return 0;
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end.abort());
  await follow(path, end.signal);
  return 0;
}

function namesIn(directory: string): string {
  const names = existsSync(directory) ? readdirSync(directory).flatMap((file) => (file.endsWith('.log') ? [basename(file, '.log')] : [])) : [];
  return names.length > 0 ? names.join(', ') : 'none: nothing was started since the last reset, if ever';
}

async function follow(path: string, signal: AbortSignal): Promise<void> {
  let { ino, size: position } = statSync(path);
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const now = existsSync(path) ? statSync(path) : undefined;
    if (!now) continue; // between two runs
    if (now.ino !== ino || now.size < position) [ino, position] = [now.ino, 0]; // rotated, or cut to its bound
    position += print(path, position, now.size);
  }
}

/** @returns how many bytes it printed */
function print(path: string, from: number, to: number): number {
  if (to <= from) return 0;
  const buffer = Buffer.alloc(Math.min(to - from, 1024 * 1024));
  const descriptor = openSync(path, 'r');
  try {
    const read = readSync(descriptor, buffer, 0, buffer.length, from);
    process.stdout.write(buffer.subarray(0, read));
    return read;
  } finally {
    closeSync(descriptor);
  }
}
