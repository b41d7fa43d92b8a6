import { setImmediate as othersTurn } from 'node:timers/promises';

/** Less than anybody notices; a consumer that does not beat for 3 s loses its partitions. */
const LONGEST_MS = 20;

/** Lets others have the thread now and then, in a loop whose steps are short but many. */
export class Breath {
  private takenAt = performance.now();

  /** To be awaited after each step. */
  async take(): Promise<void> {
    if (performance.now() - this.takenAt < LONGEST_MS) return;
    await othersTurn();
    this.takenAt = performance.now();
  }
}
