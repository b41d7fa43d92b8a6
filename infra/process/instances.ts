import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from './child.ts';
import { ListeningSocket } from './listening-socket.ts';
import type { LogFile } from './log-file.ts';
import type { PidFiles } from './pid-files.ts';
import type { ProcessDefinition } from './process-definition.ts';
import { signalProcess } from './process-tree.ts';

/** Where a child finds the shared socket: the first descriptor after the standard streams. */
const LISTEN_FD = 3;
const HAND_OVER_SIGNAL = 'SIGUSR2';
/** Requests in flight, then modules: a service gives each of them ten seconds. */
const HAND_OVER_MS = 25_000;

export interface InstancesOptions {
  readonly pidFiles: PidFiles;
  /** See Ending. */
  readonly rank: number;
}

/** The operating-system processes of one definition: one, or two while the second takes over from the first. */
export class Instances {
  readonly #definition: ProcessDefinition;
  readonly #log: LogFile;
  readonly #options: InstancesOptions;
  /** By the name of their pid file. */
  readonly #running = new Map<string, Child>();
  #socket: ListeningSocket | undefined;

  constructor(definition: ProcessDefinition, log: LogFile, options: InstancesOptions) {
    this.#definition = definition;
    this.#log = log;
    this.#options = options;
  }

  get running(): Child[] {
    return [...this.#running.values()];
  }

  /** @throws when the command cannot be executed, or somebody else has the port */
  async spawn(signal: AbortSignal): Promise<Child> {
    const { takeover } = this.#definition;
    if (takeover) this.#socket ??= await ListeningSocket.open(takeover.address, signal);
    const descriptor = this.#log.open();
    try {
      const child = await this.#spawn(descriptor, this.#socket);
      this.#log.note(`${this.#definition.name} started, pid ${child.pid}`);
      return child;
    } finally {
      closeSync(descriptor);
      this.#release();
    }
  }

  /**
   * Ends one that another has taken over from: first so that no client notices, which may take seconds, then in order.
   * @param hurry no more time for the first
   */
  async retire(child: Child, hurry: AbortSignal): Promise<void> {
    if (!child.running) return;
    const ended = new AbortController();
    void child.exited.then(() => ended.abort());
    signalProcess(child.pid, HAND_OVER_SIGNAL);
    await sleep(HAND_OVER_MS, undefined, { signal: AbortSignal.any([hurry, ended.signal]) }).catch(() => undefined);
    await this.terminate(child);
  }

  /** Ends one in order. */
  async terminate(child: Child): Promise<void> {
    const { stopSignal = 'SIGTERM', stopGraceMs = 10_000 } = this.#definition;
    await child.terminate(stopSignal, stopGraceMs);
  }

  async kill(): Promise<void> {
    await Promise.all(this.running.map((child) => child.kill()));
  }

  async #spawn(descriptor: number, socket: ListeningSocket | undefined): Promise<Child> {
    const { name, launch, stopSignal = 'SIGTERM' } = this.#definition;
    const { pidFiles, rank } = this.#options;
    const { env, ...rest } = launch();
    // Two at most, each with a pid file of its own: a killed runner leaves both behind, and both shall be found.
    const file = this.#running.has(name) ? `${name}.2` : name;
    const child = await Child.spawn(
      file,
      { ...rest, env: socket ? { ...env, LISTEN_FD: String(LISTEN_FD) } : env },
      { pidFiles, ending: { signal: stopSignal, rank }, stdio: ['ignore', descriptor, descriptor, ...(socket ? [socket.fd] : [])] },
    );
    this.#running.set(file, child);
    void child.exited.then(() => this.#ended(file));
    return child;
  }

  #ended(file: string): void {
    this.#running.delete(file);
    this.#release();
  }

  /** While nobody accepts, connections shall be refused rather than wait in the queue. */
  #release(): void {
    if (this.#running.size > 0) return;
    this.#socket?.close();
    this.#socket = undefined;
  }
}
