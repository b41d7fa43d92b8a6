import { appendFileSync, closeSync, copyFileSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

const KEPT = 2;
const LARGEST_BYTES = 20 * 1024 * 1024;

/**
 * A child writes straight into its log (append mode): no byte passes through the runner, and a killed runner breaks no pipe.
 * The price is that the file is bounded from outside, by `enforceBound`, called now and then.
 */
export class LogFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
  }

  /** Moves the last run's log to `<path>.1`, that one to `<path>.2`. */
  rotate(): void {
    if (!existsSync(this.path)) return;
    for (let index = KEPT - 1; index >= 1; index--) {
      if (existsSync(`${this.path}.${index}`)) renameSync(`${this.path}.${index}`, `${this.path}.${index + 1}`);
    }
    renameSync(this.path, `${this.path}.1`);
  }

  /** A descriptor for a child's output; close it once the child has it. */
  open(): number {
    return openSync(this.path, 'a', 0o600);
  }

  /** A line of the runner's own among the child's. A full disk must not keep the runner from going on, so it may get lost. */
  note(text: string): void {
    try {
      appendFileSync(this.path, `--- ${new Date().toISOString()} ${text}\n`, { mode: 0o600 });
    } catch {
      return;
    }
  }

  /** Copies and truncates: the child's descriptor is in append mode and goes on at the new end. */
  enforceBound(largestBytes: number = LARGEST_BYTES): void {
    if (!existsSync(this.path) || statSync(this.path).size <= largestBytes) return;
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path);
  }

  /** The last lines, from at most the last 64 KiB. */
  tail(lines: number): string[] {
    if (!existsSync(this.path)) return [];
    const descriptor = openSync(this.path, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.alloc(Math.min(size, 64 * 1024));
      readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8').trimEnd().split('\n').slice(-lines);
    } finally {
      closeSync(descriptor);
    }
  }
}
