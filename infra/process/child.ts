import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ending, PidFiles } from './pid-files.ts';
import { signalProcess, signalTree, treeOf } from './process-tree.ts';

/** What to execute. The environment is the whole of it: a child sees nothing of the runner's own. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Runs as another user; only root may ask for this. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnOptions {
  readonly pidFiles: PidFiles;
  /** What the pid file tells about it. */
  readonly ending: Ending;
  readonly stdio: StdioOptions;
}

/** One operating-system process, in a process group of its own so that a terminal's Ctrl-C reaches the runner alone. */
export class Child {
  readonly pid: number;
  readonly startedAt: number = Date.now();
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<Exit>;
  #running = true;

  private constructor(process: ChildProcess, pid: number, onExit: () => void) {
    this.pid = pid;
    this.exited = new Promise((resolve) => {
      process.once('exit', (code, signal) => {
        this.#running = false;
        // Whatever it had started in its group has lost its supervisor.
        signalProcess(-pid, 'SIGKILL');
        onExit();
        resolve({ code, signal });
      });
    });
  }

  /** @throws when the command cannot be executed */
  static async spawn(name: string, launch: Launch, { pidFiles, ending, stdio }: SpawnOptions): Promise<Child> {
    const { command, args, env, cwd, uid, gid } = launch;
    const process = spawn(command, [...args], {
      env: { ...env },
      stdio,
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    if (process.pid === undefined) {
      const [error] = (await once(process, 'error')) as [Error];
      throw new Error(`${name}: ${command} cannot be executed (${error.message})`, { cause: error });
    }
    const { pid } = process;
    pidFiles.add(name, pid, ending);
    return new Child(process, pid, () => pidFiles.remove(name));
  }

  get running(): boolean {
    return this.#running;
  }

  /** Asks with `signal`, and kills the tree if it still runs after `graceMs`. Also ends a frozen process. */
  async terminate(signal: NodeJS.Signals, graceMs: number): Promise<Exit> {
    if (this.#running) {
      // Signal first: what was frozen then wakes up with its end already waiting.
      signalProcess(this.pid, signal);
      signalTree(this.pid, 'SIGCONT');
      const timer = new AbortController();
      const killed = sleep(graceMs, undefined, { signal: timer.signal }).then(
        () => this.kill(),
        () => undefined,
      );
      await this.exited;
      timer.abort();
      await killed;
    }
    return this.exited;
  }

  /** SIGKILL to the whole tree, frozen or not. */
  async kill(): Promise<Exit> {
    if (this.#running) {
      // The tree is read before the first signal: orphans would no longer be found.
      for (const pid of treeOf(this.pid)) signalProcess(pid, 'SIGKILL');
    }
    return this.exited;
  }
}
