import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../infra/core/user-facing-error.ts';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';

/** How often each process was hit. */
export interface Hits {
  kills: number;
  freezes: number;
  /** It was dead already, or not yet up: nothing to hit. */
  missed: number;
}

/** How long a freeze waits for its victim to be healthy. */
const PATIENCE_MS = 5_000;

/** Carries a plan out. What it does to one process never waits for another. */
export class FaultInjector {
  readonly hits = new Map<string, Hits>();
  readonly #sandbox: Sandbox;
  readonly #log: (line: string) => void;
  readonly #over = new AbortController();

  constructor(sandbox: Sandbox, log: (line: string) => void) {
    this.#sandbox = sandbox;
    this.#log = log;
  }

  /** Resolves when the last fault is over. `stop` ends it before, and thaws what is frozen. */
  async run(plan: FaultPlan): Promise<void> {
    const startedAt = performance.now();
    await Promise.all(
      plan.map(async (fault) => {
        await this.#wait(startedAt + fault.atMs - performance.now());
        if (!this.#over.signal.aborted) await this.#inflict(fault);
      }),
    );
  }

  stop(): void {
    this.#over.abort();
  }

  async #inflict(fault: Fault): Promise<void> {
    const process = this.#sandbox.process(fault.victim);
    const hits = this.#hitsOf(fault.victim);
    this.#log(`${fault.kind} ${fault.victim}${fault.kind === 'freeze' ? ` for ${(fault.forMs / 1_000).toFixed(1)} s` : ''} (${process.state})`);
    switch (fault.kind) {
      case 'kill': {
        if (!process.running) {
          hits.missed++;
          return;
        }
        hits.kills++;
        await process.kill();
        return;
      }
      case 'freeze': {
        // A start can be killed, but what is frozen must be there: it may still be coming back from something else.
        const deadline = performance.now() + PATIENCE_MS;
        while (process.state !== 'healthy' && performance.now() < deadline) await this.#wait(50);
        if (process.state !== 'healthy' || this.#over.signal.aborted) {
          hits.missed++;
          return;
        }
        await process.pause();
        hits.freezes++;
        await this.#wait(fault.forMs);
        await process.resume().catch((error: unknown) => this.#log(`resume ${fault.victim}: ${messageOf(error)}`));
        return;
      }
    }
  }

  #hitsOf(victim: string): Hits {
    const hits = this.hits.get(victim) ?? { kills: 0, freezes: 0, missed: 0 };
    this.hits.set(victim, hits);
    return hits;
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#over.signal }).catch(() => undefined);
  }
}
