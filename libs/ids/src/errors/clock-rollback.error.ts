import type { FormatName } from '../format';

/** Thrown when the clock went back further than the rollback policy takes. No id was made; later calls work once the clock has caught up. */
export class ClockRollbackError extends Error {
  readonly code = 'ID_CLOCK_ROLLBACK';

  constructor(
    format: FormatName,
    /** How far the clock is behind the latest time it has shown, in milliseconds. */
    readonly behindMs: number,
    policy: string,
  ) {
    super(`The clock is ${behindMs} ms behind what it has already shown, and the rollback policy of this ${format} generator is ${policy}.`);
    this.name = 'ClockRollbackError';
  }
}
