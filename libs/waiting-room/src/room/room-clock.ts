import type { Advance } from './waiting-room';

const LEAST_MS = 1;
/** Where nobody waits, or nobody is let in: others may change that. */
const IDLE_MS = 1_000;

interface Advancing {
  advance(): Promise<Advance>;
}

/**
 * Admits in the moment in which a place is free, so that those who are told by a push, and those behind them, do not wait for somebody's poll. Not needed
 * for the order or the rate: several processes may each have one.
 */
export class RoomClock {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly room: Advancing,
    private readonly onAdvance: (advance: Advance) => void,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#tick();
    }, ms);
  }

  async #tick(): Promise<void> {
    let next = IDLE_MS;
    try {
      const advance = await this.room.advance();
      next = Math.min(Math.max(Math.ceil(advance.nextInMs ?? IDLE_MS), LEAST_MS), IDLE_MS); // a timer cuts fractions off, and would come too early
      this.onAdvance(advance);
    } catch (error) {
      this.onError(error);
    }
    this.#schedule(next);
  }
}
