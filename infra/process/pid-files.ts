import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isAlive, startTimeOf, type ProcessIdentity } from './process-identity.mjs';

const SUFFIX = '.pid';

/**
 * `<directory>/<name>.pid`, one line `pid start-time`: how the next start finds what a killed runner left behind. Written
 * synchronously, so that the time in which a child exists without its file is as short as it can be.
 */
export class PidFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  add(name: string, pid: number): ProcessIdentity {
    const identity = { pid, startTime: startTimeOf(pid) ?? 'ended' };
    writeFileSync(this.#path(name), `${identity.pid} ${identity.startTime}\n`, { mode: 0o600 });
    return identity;
  }

  remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }

  /** Processes that still run, by name; files of ended ones are deleted on the way. */
  alive(): { name: string; identity: ProcessIdentity }[] {
    return readdirSync(this.#directory)
      .filter((file) => file.endsWith(SUFFIX))
      .flatMap((file) => {
        const name = basename(file, SUFFIX);
        const identity = this.#read(name);
        if (identity && isAlive(identity)) return [{ name, identity }];
        this.remove(name);
        return [];
      });
  }

  #read(name: string): ProcessIdentity | undefined {
    try {
      const [pid, startTime] = readFileSync(this.#path(name), 'utf8').trim().split(' ');
      return startTime ? { pid: Number(pid), startTime } : undefined;
    } catch {
      return undefined;
    }
  }

  #path(name: string): string {
    return join(this.#directory, `${name.replaceAll(/[^\w.-]/g, '-')}${SUFFIX}`);
  }
}
