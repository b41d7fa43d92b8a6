import { join } from 'node:path';
import { ManagedProcess } from './managed-process.ts';
import { PidFiles } from './pid-files.ts';
import type { ProcessDefinition, ProcessState } from './process-definition.ts';

export interface SupervisorOptions {
  /** Logs go to `<directory>/logs`, pid files to `<directory>/run`. */
  readonly stateDirectory: string;
  /** Whether a process that dies is started again, with exponential backoff. */
  readonly restart: boolean;
  readonly onState?: (process: ManagedProcess, state: ProcessState, detail?: string) => void;
}

/** Starts a topology in the order of its dependencies, as parallel as they allow, and stops it in the opposite order. */
export class Supervisor {
  readonly processes: readonly ManagedProcess[];
  readonly #byName: ReadonlyMap<string, ManagedProcess>;
  #stopping: Promise<void> | undefined;

  constructor(topology: readonly ProcessDefinition[], options: SupervisorOptions) {
    const pidFiles = new PidFiles(join(options.stateDirectory, 'run'));
    this.processes = topology.map((definition, rank) => {
      const process: ManagedProcess = new ManagedProcess(definition, {
        logPath: join(options.stateDirectory, 'logs', `${definition.name.replaceAll(':', '-')}.log`),
        pidFiles,
        rank,
        restart: options.restart,
        onState: (state, detail) => options.onState?.(process, state, detail),
      });
      return process;
    });
    this.#byName = new Map(this.processes.map((process) => [process.name, process]));
    rejectUnknownDependencies(topology);
  }

  /** @throws with the names that exist when there is none of this name */
  process(name: string): ManagedProcess {
    const process = this.#byName.get(name);
    if (!process) throw new Error(`There is no process "${name}". There are: ${[...this.#byName.keys()].join(', ')}`);
    return process;
  }

  /** Resolves when all are healthy. If one fails, the rest is stopped and its ProcessFailure thrown. */
  async start(): Promise<void> {
    const starts = new Map<string, Promise<void>>();
    const startOf = (process: ManagedProcess): Promise<void> => {
      const known = starts.get(process.name);
      if (known) return known;
      process.markWaiting();
      const dependencies = process.definition.dependsOn.map((name) => startOf(this.process(name)));
      const start = Promise.all(dependencies).then(() => (this.#stopping ? undefined : process.start()));
      starts.set(process.name, start);
      return start;
    };
    try {
      await Promise.all(this.processes.map(startOf));
    } catch (error) {
      await this.stop();
      await Promise.allSettled(starts.values());
      throw error;
    }
  }

  /** Ends everything in order, also while it is still starting. May be called again: it is the same stop. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  /** SIGKILL to everything, without order or grace. */
  killNow(): void {
    for (const process of this.processes) process.killNow();
  }

  /** Keeps every log below its bound; to be called now and then. */
  enforceLogBounds(): void {
    for (const process of this.processes) process.log.enforceBound();
  }

  async #stopInOrder(): Promise<void> {
    // First of all nothing new may start.
    for (const process of this.processes) process.interrupt();
    const stops = new Map<string, Promise<void>>();
    const stopOf = (process: ManagedProcess): Promise<void> => {
      const known = stops.get(process.name);
      if (known) return known;
      const dependents = this.processes.filter(({ definition }) => definition.dependsOn.includes(process.name));
      const stop = Promise.all(dependents.map(stopOf)).then(() => process.stop());
      stops.set(process.name, stop);
      return stop;
    };
    await Promise.all(this.processes.map(stopOf));
  }
}

function rejectUnknownDependencies(topology: readonly ProcessDefinition[]): void {
  const started = new Set<string>();
  for (const { name, dependsOn } of topology) {
    const missing = dependsOn.find((dependency) => !started.has(dependency));
    // Listing in dependency order also rules out circles.
    if (missing) throw new Error(`The topology lists ${name} before "${missing}", which it depends on`);
    started.add(name);
  }
}
