import type { FormatName } from '../format';

/** Thrown when all ids of a tick are used and the overflow policy gives no other tick. No id was made; later calls work in a later tick. */
export class CounterExhaustedError extends Error {
  readonly code = 'ID_COUNTER_EXHAUSTED';

  constructor(format: FormatName, policy: string) {
    super(`All ids of this tick are used, and the overflow policy of this ${format} generator is ${policy}.`);
    this.name = 'CounterExhaustedError';
  }
}
