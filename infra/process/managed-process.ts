import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../core/user-facing-error.ts';
import { waitUntil } from '../core/wait-until.ts';
import { Child, type Exit } from './child.ts';
import { Interrupted } from './interrupted.ts';
import { LogFile } from './log-file.ts';
import type { PidFiles } from './pid-files.ts';
import type { ProcessDefinition, ProcessState } from './process-definition.ts';
import { ProcessFailure } from './process-failure.ts';
import { freezeTree, signalTree } from './process-tree.ts';

/** After the n-th death in a row: 200 ms doubled n times, at most 15 s; a minute of health starts again from the first. */
const BACKOFF = { firstMs: 200, largestMs: 15_000, forgivenAfterMs: 60_000 } as const;

export interface ManagedProcessOptions {
  readonly logPath: string;
  readonly pidFiles: PidFiles;
  /** See Ending. */
  readonly rank: number;
  /** Whether a process that dies is started again. */
  readonly restart: boolean;
  readonly onState: (state: ProcessState, detail?: string) => void;
}

/** One process of a topology over its lives. Operations on it are carried out one after the other. */
export class ManagedProcess {
  readonly definition: ProcessDefinition;
  readonly log: LogFile;
  readonly #options: ManagedProcessOptions;
  #state: ProcessState = 'stopped';
  #child: Child | undefined;
  #restarts = 0;
  #deathsInARow = 0;
  #wanted = false;
  #interruption = new AbortController();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(definition: ProcessDefinition, options: ManagedProcessOptions) {
    this.definition = definition;
    this.#options = options;
    this.log = new LogFile(options.logPath);
    this.log.rotate();
  }

  get name(): string {
    return this.definition.name;
  }

  get state(): ProcessState {
    return this.#state;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Undefined while no process runs. */
  get running(): { readonly pid: number; readonly startedAt: number } | undefined {
    return this.#child?.running ? this.#child : undefined;
  }

  /** Resolves when it is healthy; at once if it already is. @throws ProcessFailure */
  start(): Promise<void> {
    this.#wanted = true;
    return this.#inTurn(() => this.#bringUp().catch((failure: unknown) => this.#secondChance(failure)));
  }

  /** Ends it in order and leaves it down; also breaks off a start that is under way. */
  stop(): Promise<void> {
    this.interrupt();
    return this.#inTurn(async () => {
      const { stopSignal = 'SIGTERM', stopGraceMs = 10_000 } = this.definition;
      if (this.#child?.running) {
        this.#enter('stopping');
        await this.#child.terminate(stopSignal, stopGraceMs);
      }
      if (this.#state !== 'done' && this.#state !== 'failed') this.#enter('stopped');
    });
  }

  /**
   * SIGKILL to it and all its children; resolves once they are gone.
   * @param restart what happens then: by default what its supervisor does when a process dies
   */
  async kill({ restart = this.#options.restart }: { restart?: boolean } = {}): Promise<void> {
    if (!restart) this.interrupt();
    await this.#child?.kill();
    if (!restart) await this.stop();
  }

  /** Freezes it and all its children (SIGSTOP). */
  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#child?.running) throw new Error(`${this.name} does not run: it cannot be paused`);
      freezeTree(this.#child.pid);
      this.#enter('frozen');
    });
  }

  resume(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#child?.running) throw new Error(`${this.name} does not run: it cannot be resumed`);
      signalTree(this.#child.pid, 'SIGCONT');
      if (this.#state === 'frozen') this.#enter('healthy');
    });
  }

  /** Breaks off a start or a wait for one; a process that runs goes on until `stop`. */
  interrupt(): void {
    this.#wanted = false;
    this.#interruption.abort(new Interrupted(this.name));
  }

  /** The last resort: SIGKILL without waiting for anything. */
  killNow(): void {
    this.interrupt();
    void this.#child?.kill();
  }

  /** While it waits for others. */
  markWaiting(): void {
    this.#enter('waiting');
  }

  #inTurn<Result>(operation: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(operation);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #bringUp(): Promise<void> {
    if (this.#child?.running || this.#state === 'done') return;
    this.#interruption = new AbortController();
    if (!this.#wanted) this.interrupt();
    const { signal } = this.#interruption;
    try {
      if (this.definition.prepare) {
        this.#enter('preparing');
        await this.definition.prepare({ signal, pidFiles: this.#options.pidFiles });
      }
      signal.throwIfAborted();
      this.#enter('starting');
      const child = await this.#spawn();
      await (this.definition.kind === 'job' ? this.#untilDone(child, signal) : this.#untilHealthy(child, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      const ended = this.#child?.running === false;
      await this.#child?.kill();
      this.#enter('failed', messageOf(error).split('\n')[0]);
      throw new ProcessFailure(this.name, messageOf(error), ended, { path: this.log.path, tail: this.log.tail(15) }, error);
    }
  }

  /** A service that ends while it starts may have met a passing hardship, on a busy machine say; twice in a row is a defect. */
  async #secondChance(failure: unknown): Promise<void> {
    const deserved = this.#options.restart && this.definition.kind === 'service' && failure instanceof ProcessFailure && failure.ended;
    if (!deserved || !this.#wanted) throw failure;
    this.#enter('backing-off', `${failure.reason}; one more try`);
    const { signal } = this.#interruption;
    await sleep(BACKOFF.firstMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    this.#restarts++;
    await this.#bringUp();
  }

  async #spawn(): Promise<Child> {
    const descriptor = this.log.open();
    try {
      const { pidFiles, rank } = this.#options;
      const ending = { signal: this.definition.stopSignal ?? 'SIGTERM', rank };
      this.#child = await Child.spawn(this.name, this.definition.launch(), { pidFiles, ending, stdio: ['ignore', descriptor, descriptor] });
    } finally {
      closeSync(descriptor);
    }
    this.log.note(`${this.name} started, pid ${this.#child.pid}`);
    return this.#child;
  }

  async #untilDone(child: Child, signal: AbortSignal): Promise<void> {
    const exit = await child.exited;
    signal.throwIfAborted();
    if (exit.code !== 0) throw new Error(`failed (${describe(exit)})`);
    this.#enter('done');
  }

  async #untilHealthy(child: Child, signal: AbortSignal): Promise<void> {
    const { checkHealth, afterHealthy, startTimeoutMs = 60_000 } = this.definition;
    const ended = new AbortController();
    const death = child.exited.then((exit) => {
      ended.abort();
      throw new Error(`ended before it was healthy (${describe(exit)})`);
    });
    const health = waitUntil(() => checkHealth?.(), {
      what: 'healthy',
      timeoutMs: startTimeoutMs,
      signal: AbortSignal.any([signal, ended.signal]),
    }).then(() => afterHealthy?.());
    // Whichever comes second rejects with nobody waiting.
    for (const outcome of [death, health]) outcome.catch(() => undefined);
    await Promise.race([death, health]);
    this.#enter('healthy');
    const healthySince = performance.now();
    void child.exited.then((exit) => this.#died(exit, performance.now() - healthySince));
  }

  #died(exit: Exit, healthyMs: number): void {
    this.log.note(`${this.name} ended (${describe(exit)})`);
    if (!this.#wanted || this.#state === 'stopping') return;
    if (!this.#options.restart) {
      this.#enter('failed', describe(exit));
      return;
    }
    if (healthyMs > BACKOFF.forgivenAfterMs) this.#deathsInARow = 0;
    void this.#restart(describe(exit));
  }

  async #restart(reason: string): Promise<void> {
    const { signal } = (this.#interruption = new AbortController());
    for (let why = reason; this.#wanted; ) {
      const delayMs = Math.min(BACKOFF.firstMs * 2 ** this.#deathsInARow++, BACKOFF.largestMs);
      this.#enter('backing-off', `${why}; starts again in ${delayMs / 1000} s`);
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      if (!this.#wanted || this.#child?.running) return;
      this.#restarts++;
      try {
        await this.#inTurn(() => this.#bringUp());
        return;
      } catch (error) {
        why = messageOf(error).split('\n')[0] ?? 'failed';
      }
    }
  }

  #enter(state: ProcessState, detail?: string): void {
    this.#state = state;
    this.#options.onState(state, detail);
  }
}

function describe(exit: Exit): string {
  return exit.signal ? `killed by ${exit.signal}` : `exit code ${exit.code}`;
}
