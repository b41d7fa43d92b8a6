import { Client, type ClientConfig } from 'pg';
import type { Lsn } from '../position/lsn';
import { takeSample, type Sample } from './sample';

export interface WatchOptions {
  /** Between two looks when nobody waits, in milliseconds. */
  readonly idleMs: number;
  /** Between two looks while somebody waits. */
  readonly busyMs: number;
  /** After which a look counts as failed. */
  readonly timeoutMs: number;
}

export const DEFAULT_WATCH: WatchOptions = { idleMs: 250, busyMs: 3, timeoutMs: 1_000 };
/** Between two attempts to reach a server that is out: doubles up to this. */
const LONGEST_BACKOFF_MS = 500;

/** From then on nobody waits for what it may say: the next look is on its way by itself. */
const FAILURES_UNTIL_SILENT = 2;

/** The server did not say in time where it is. */
export class ServerSilentError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(ms: number) {
    super(`The server did not say within ${ms} ms where it is.`);
    this.name = 'ServerSilentError';
  }
}

interface Waiter {
  readonly lsn: Lsn;
  readonly resolve: (reached: boolean) => void;
}

/** One connection that keeps asking a server where it is: however many reads wait, nobody polls for one request. */
export class ServerWatch {
  latest: Sample | undefined;
  readonly #config: ClientConfig;
  readonly #options: WatchOptions;
  readonly #onSample: (sample: Sample) => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #waiters = new Set<Waiter>();
  #client: Client | undefined;
  #asked: PromiseWithResolvers<Sample> | undefined;
  #wake: () => void = () => undefined;
  #failures = 0;
  #lastError: unknown;
  #stopped = false;
  readonly #running: Promise<void>;

  constructor(config: ClientConfig, options: WatchOptions, onSample: (sample: Sample) => void, onFailure: (error: unknown) => void) {
    this.#config = config;
    this.#options = options;
    this.#onSample = onSample;
    this.#onFailure = onFailure;
    this.#running = this.#run();
  }

  /** A look that begins after this call; many callers share one. @throws what kept the server from answering in time */
  async look(): Promise<Sample> {
    if (this.#stopped) throw new Error('The watch has been stopped.');
    if (this.#failures >= FAILURES_UNTIL_SILENT) throw this.#lastError;
    this.#asked ??= Promise.withResolvers<Sample>();
    this.#asked.promise.catch(() => undefined);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new ServerSilentError(this.#options.timeoutMs)), this.#options.timeoutMs);
    this.#wake();
    try {
      return await Promise.race([this.#asked.promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** True once the server has reached `lsn`, on whatever timeline; false if it did not within `timeoutMs`, or has failed. */
  async reaches(lsn: Lsn, timeoutMs: number): Promise<boolean> {
    if (this.latest && this.latest.lsn >= lsn) return true;
    if (timeoutMs <= 0) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter: Waiter = { lsn, resolve };
    const timer = setTimeout(() => resolve(false), timeoutMs);
    this.#waiters.add(waiter);
    this.#wake();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    this.#client?.end().catch(() => undefined);
    await this.#running;
    for (const { resolve } of this.#waiters) resolve(false);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const asked = this.#asked;
      this.#asked = undefined;
      try {
        this.#client ??= await this.#connect();
        const sample = await takeSample(this.#client);
        this.#failures = 0;
        this.latest = sample;
        this.#onSample(sample);
        for (const { lsn, resolve } of this.#waiters) if (sample.lsn >= lsn) resolve(true);
        asked?.resolve(sample);
      } catch (error) {
        asked?.reject(error);
        this.#disconnect();
        for (const { resolve } of this.#waiters) resolve(false);
        this.#failures += 1;
        this.#lastError = error;
        if (!this.#stopped) this.#onFailure(error);
      }
      await this.#pause();
    }
    this.#asked?.reject(new Error('The watch has been stopped.'));
    this.#disconnect();
  }

  async #connect(): Promise<Client> {
    const { timeoutMs } = this.#options;
    const client = new Client({ ...this.#config, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs, statement_timeout: timeoutMs, keepAlive: true });
    client.on('error', () => this.#disconnect());
    await client.connect();
    return client;
  }

  #disconnect(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.end().catch(() => undefined);
  }

  async #pause(): Promise<void> {
    if (this.#stopped || (this.#asked && this.#failures === 0)) return;
    const { idleMs, busyMs } = this.#options;
    const busy = this.#waiters.size > 0 && this.#failures === 0;
    const ms = this.#failures > 0 ? Math.min(50 * 2 ** this.#failures, LONGEST_BACKOFF_MS) : busy ? busyMs : idleMs;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    // Whoever asks for a look or begins to wait ends the pause, but not that of a server which does not answer.
    this.#wake = () => (this.#stopped || this.#failures === 0 ? resolve() : undefined);
    await promise;
    clearTimeout(timer);
    this.#wake = () => undefined;
  }
}
