import type { ManagedProcess } from '../process/managed-process.ts';
import type { ProcessState } from '../process/process-definition.ts';

const PATIENCE_MS = 5_000;

/** What is going on, line by line, so that it reads as well in a file as on a terminal. */
export class Progress {
  readonly #startedAt: number = performance.now();
  readonly #pending = new Map<string, { state: ProcessState; since: number }>();
  readonly #said = new Set<string>();
  readonly #reminder: NodeJS.Timeout;
  #starting = true;
  #needHelp = false;

  constructor() {
    this.#reminder = setInterval(() => this.#remind(), PATIENCE_MS);
    this.#reminder.unref();
  }

  say(line: string): void {
    console.log(`${this.#elapsed()}  ${line}`);
  }

  sayOnce(line: string): void {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    this.say(line);
  }

  onState({ name }: ManagedProcess, state: ProcessState, detail?: string): void {
    const pending = this.#pending.get(name);
    if (this.#starting) this.#duringStart(name, state, pending?.since, detail);
    else if (state === 'backing-off' || state === 'rolling') this.say(`${name}: ${detail ?? state}`);
    else if (state === 'healthy' && pending) this.say(`${name}: ${detail ?? (pending.state === 'rolling' ? 'healthy' : 'healthy again')}`);
    const settled: readonly ProcessState[] = ['healthy', 'done', 'stopped', 'failed'];
    if (settled.includes(state)) this.#pending.delete(name);
    else if (pending?.state !== state) this.#pending.set(name, { state, since: performance.now() });
  }

  /** Everything is up. */
  finish(): void {
    this.#starting = false;
    this.#pending.clear();
    clearInterval(this.#reminder);
    this.say(this.#needHelp ? 'everything runs; what needs you stands above' : 'all healthy');
  }

  /** @returns the exit code for a start that was broken off */
  interrupted(by: string): number {
    clearInterval(this.#reminder);
    this.say(`stopped by ${by} before everything was up`);
    return by === 'SIGINT' ? 130 : 143;
  }

  #duringStart(name: string, state: ProcessState, since: number | undefined, detail: string | undefined): void {
    if (state === 'backing-off') this.say(`${name}: ${detail}`);
    if (state !== 'healthy' && state !== 'done') return;
    const took = since === undefined ? '' : ` (${((performance.now() - since) / 1000).toFixed(1)} s)`;
    if (detail !== undefined) this.#needHelp = true;
    this.say(`${name.padEnd(15)} ${detail ?? state}${took}`);
  }

  #remind(): void {
    const busy = [...this.#pending].filter(([, { state }]) => state !== 'waiting').map(([name, { state }]) => `${name} (${state})`);
    if (busy.length > 0) this.say(`waiting for ${busy.join(', ')}`);
  }

  #elapsed(): string {
    return `${((performance.now() - this.#startedAt) / 1000).toFixed(1).padStart(6)} s`;
  }
}
