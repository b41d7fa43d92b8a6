import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../core/user-facing-error.ts';
import type { Child, Exit } from './child.ts';
import { Instances } from './instances.ts';
import { Interrupted } from './interrupted.ts';
import { LogFile } from './log-file.ts';
import type { PidFiles } from './pid-files.ts';
import type { ProcessDefinition, ProcessState, Takeover } from './process-definition.ts';
import { ProcessFailure } from './process-failure.ts';
import { freezeTree, signalTree } from './process-tree.ts';
import { describeExit, untilHealthy } from './until-healthy.ts';

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
  readonly #instances: Instances;
  /** The one in charge. */
  #child: Child | undefined;
  #rolling = false;
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
    this.#instances = new Instances(definition, this.log, options);
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
      if (this.#child?.running) {
        this.#enter('stopping');
        await this.#instances.terminate(this.#child);
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
    await this.#instances.kill();
    if (!restart) await this.stop();
  }

  /**
   * Replaces it without a gap: a new one starts beside it; once that is ready, the old one finishes what it has in hand and
   * ends. Resolves then; `stop` breaks it off.
   * @throws ProcessFailure if the new one does not become ready: it is ended, and the old one goes on
   */
  roll(): Promise<void> {
    return this.#inTurn(() => this.#roll());
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
    void this.#instances.kill();
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
      const child = (this.#child = await this.#instances.spawn(signal));
      await (this.definition.kind === 'job' ? this.#untilDone(child, signal) : this.#untilHealthy(child, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      const ended = this.#child?.running === false;
      await this.#child?.kill();
      this.#enter('failed', messageOf(error).split('\n')[0]);
      throw this.#failure(messageOf(error), ended, error);
    }
  }

  async #roll(): Promise<void> {
    const { takeover } = this.definition;
    const old = this.#child;
    if (!takeover) throw new Error(`${this.name} cannot be rolled: no second one can run beside it. Stop it and start it again`);
    if (!old?.running || this.#state !== 'healthy') throw new Error(`${this.name} is ${this.#state}: only what is healthy can be rolled`);
    const { signal } = (this.#interruption = new AbortController());
    if (!this.#wanted) this.interrupt();
    this.#rolling = true;
    try {
      signal.throwIfAborted();
      this.#enter('rolling', 'a new one starts beside the old one');
      const next = await this.#startBeside(takeover, signal);
      this.#child = next;
      this.#watch(next);
      this.#enter('rolling', `pid ${next.pid} has taken over, pid ${old.pid} finishes`);
      const died = new AbortController();
      void next.exited.then(() => died.abort());
      await this.#instances.retire(old, AbortSignal.any([signal, died.signal]));
    } finally {
      this.#rolling = false;
      if (this.#wanted) {
        if (this.#child?.running) this.#enter('healthy');
        else this.#afterDeath('it ended while it was being replaced');
      }
    }
  }

  async #startBeside({ checkHealth }: Takeover, signal: AbortSignal): Promise<Child> {
    // What needs help is asked on the shared port, where the old one answers too: only health counts here.
    const { needsHelp: _, ...definition } = this.definition;
    const next = await this.#instances.spawn(signal);
    try {
      await untilHealthy(next, () => checkHealth(next.pid), definition, signal);
      return next;
    } catch (error) {
      const ended = !next.running;
      // It may have accepted connections already.
      await this.#instances.retire(next, signal);
      if (signal.aborted) throw error;
      throw this.#failure(`the new one did not come up, the old one goes on (${messageOf(error)})`, ended, error);
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

  async #untilDone(child: Child, signal: AbortSignal): Promise<void> {
    const exit = await child.exited;
    signal.throwIfAborted();
    if (exit.code !== 0) throw new Error(`failed (${describeExit(exit)})`);
    this.#enter('done');
  }

  async #untilHealthy(child: Child, signal: AbortSignal): Promise<void> {
    const help = await untilHealthy(child, () => this.definition.checkHealth?.(), this.definition, signal);
    this.#enter('healthy', help && `runs, but needs you. ${help}`);
    this.#watch(child);
  }

  #watch(child: Child): void {
    const healthySince = performance.now();
    void child.exited.then((exit) => this.#died(child, exit, performance.now() - healthySince));
  }

  #died(child: Child, exit: Exit, healthyMs: number): void {
    this.log.note(`${this.name}, pid ${child.pid}, ended (${describeExit(exit)})`);
    if (!this.#wanted || this.#state === 'stopping' || child !== this.#child) return;
    if (healthyMs > BACKOFF.forgivenAfterMs) this.#deathsInARow = 0;
    // Otherwise its successor is on the way, or the roll sees to it.
    if (!this.#rolling) this.#afterDeath(describeExit(exit));
  }

  #afterDeath(reason: string): void {
    if (this.#options.restart) void this.#restart(reason);
    else this.#enter('failed', reason);
  }

  async #restart(reason: string): Promise<void> {
    const { signal } = (this.#interruption = new AbortController());
    for (let why = reason; this.#wanted; ) {
      const delayMs = Math.min(BACKOFF.firstMs * 2 ** this.#deathsInARow++, BACKOFF.largestMs);
      this.#enter('backing-off', `${why}; starts again in ${delayMs / 1000} s (npm run logs -- ${this.name})`);
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      if (!this.#wanted || this.#child?.running) return;
      this.#restarts++;
      try {
        await this.#inTurn(() => this.#bringUp());
        return;
      } catch (error) {
        why = error instanceof ProcessFailure ? error.reason : messageOf(error);
      }
    }
  }

  #failure(reason: string, ended: boolean, cause: unknown): ProcessFailure {
    return new ProcessFailure(this.name, reason, ended, { path: this.log.path, tail: this.log.tail(15) }, cause);
  }

  #enter(state: ProcessState, detail?: string): void {
    this.#state = state;
    this.#options.onState(state, detail);
  }
}
