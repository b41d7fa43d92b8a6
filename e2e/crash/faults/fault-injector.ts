import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';

/** How often each process was hit. */
export interface Hits {
  kills: number;
  freezes: number;
  /** There was nothing to hit. */
  missed: number;
}

/** How long a fault waits until there is something to hit. */
const PATIENCE_MS = 10_000;

/** Carries a plan out. */
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
    // Faults of one victim take turns, those of different ones overlap.
    const turns = [...Map.groupBy(plan, ({ victim }) => victim).values()].map(async (faults) => {
      for (const fault of faults) {
        await this.#wait(startedAt + fault.atMs - performance.now());
        if (this.#over.signal.aborted) return;
        await this.#inflict(fault);
      }
    });
    await Promise.all(turns);
  }

  stop(): void {
    this.#over.abort();
  }

  /** Kills several at the same moment. To be called after `run`: what comes to rest then has something to recover from. */
  async lastBlow(victims: readonly string[]): Promise<void> {
    this.#log(`the last blow: kill ${victims.join(', ')}`);
    await Promise.all(
      victims.map(async (victim) => {
        const process = this.#sandbox.process(victim);
        this.#hitsOf(victim)[process.running ? 'kills' : 'missed']++;
        await process.kill();
      }),
    );
  }

  async #inflict(fault: Fault): Promise<void> {
    const process = this.#sandbox.process(fault.victim);
    const hits = this.#hitsOf(fault.victim);
    const mustBeHealthy = fault.kind === 'freeze' || fault.onceHealthy === true;
    const ready = (): boolean => (mustBeHealthy ? process.state === 'healthy' : process.running !== undefined);
    // It may still be coming back from something else.
    const deadline = performance.now() + PATIENCE_MS;
    while (!ready() && performance.now() < deadline && !this.#over.signal.aborted) await this.#wait(25);
    if (!ready()) {
      hits.missed++;
      this.#log(`${fault.kind} ${fault.victim}: nothing to hit, it is ${process.state}`);
      return;
    }
    switch (fault.kind) {
      case 'kill':
        this.#log(`kill ${fault.victim} (${process.state})`);
        hits.kills++;
        await process.kill();
        return;
      case 'freeze':
        this.#log(`freeze ${fault.victim} for ${(fault.forMs / 1_000).toFixed(1)} s`);
        hits.freezes++;
        await process.pause();
        await this.#wait(fault.forMs);
        await process.resume();
        return;
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
