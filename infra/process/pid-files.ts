import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isAlive, startTimeOf, type ProcessIdentity } from './process-identity.mjs';

/** How a process is to be ended by somebody who knows nothing else of it. */
export interface Ending {
  readonly signal: NodeJS.Signals;
  /** Higher ones end first: dependents before what they depend on. */
  readonly rank: number;
}

export interface RecordedProcess extends Ending {
  readonly name: string;
  readonly identity: ProcessIdentity;
}

const SUFFIX = '.pid';

/**
 * `<directory>/<name>.pid`, one line `pid start-time signal rank`: how the next start finds what a killed runner left behind. Written
 * synchronously, so that the time in which a child exists without its file is as short as it can be.
 */
export class PidFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  add(name: string, pid: number, { signal, rank }: Ending): void {
    writeFileSync(this.#path(name), `${pid} ${startTimeOf(pid) ?? 'ended'} ${signal} ${rank}\n`, { mode: 0o600 });
  }

  remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }

  /** Processes that still run; files of ended ones are deleted on the way. */
  alive(): RecordedProcess[] {
    return readdirSync(this.#directory)
      .filter((file) => file.endsWith(SUFFIX))
      .flatMap((file) => {
        const name = basename(file, SUFFIX);
        const recorded = this.#read(name);
        if (recorded && isAlive(recorded.identity)) return [recorded];
        this.remove(name);
        return [];
      });
  }

  #read(name: string): RecordedProcess | undefined {
    try {
      const [pid, startTime, signal, rank] = readFileSync(this.#path(name), 'utf8').trim().split(' ');
      if (!startTime) return undefined;
      return { name, identity: { pid: Number(pid), startTime }, signal: (signal ?? 'SIGKILL') as NodeJS.Signals, rank: Number(rank) };
    } catch {
      return undefined;
    }
  }

  #path(name: string): string {
    return join(this.#directory, `${name.replaceAll(/[^\w.-]/g, '-')}${SUFFIX}`);
  }
}
