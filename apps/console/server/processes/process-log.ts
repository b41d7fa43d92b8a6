import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundProblem } from '@madang/service-kit';

/** Of the end of a log, in bytes. */
const MOST_BYTES = 512 * 1024;

/**
 * The last lines of a process's log.
 *
 * @param name of a process that exists: it becomes part of a path
 * @throws NotFoundProblem if it has written none
 */
export async function lastLines(directory: string, name: string, count: number): Promise<string[]> {
  const file = await open(join(directory, `${name.replaceAll(':', '-')}.log`)).catch((cause: unknown) => {
    throw new NotFoundProblem('log-not-found', { detail: 'This process has no log.', cause });
  });
  try {
    const { size } = await file.stat();
    const length = Math.min(size, MOST_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    if (lines.at(-1) === '') lines.pop();
    if (length < size) lines.shift(); // cut off in front
    return lines.slice(-count);
  } finally {
    await file.close();
  }
}
