import { inTime } from './in-time';

/**
 * Changes take turns, in the order in which they were asked for. What a change has begun keeps its turn until it has settled,
 * also where the change itself gave up waiting: what comes after it finds nothing still on its way.
 */
export class Turns {
  /** Settles when the last change that was asked for has, and what it has begun. */
  private last: Promise<unknown> = Promise.resolve();
  private begun: Promise<unknown> = Promise.resolve();

  /** @throws DeskUnavailableError if the turn does not come in time; the change is not made then, neither now nor later */
  async take<T>(change: () => Promise<T>): Promise<T> {
    const before = this.last;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.last = before.then(() => ended);
    try {
      await inTime('an earlier change is still on its way', before);
      return await change();
    } finally {
      void this.begun.then(() => end());
    }
  }

  /** Keeps the turn until the work has settled, however long the change waits for it. */
  keepFor<T>(work: Promise<T>): Promise<T> {
    this.begun = Promise.allSettled([this.begun, work]).then(() => undefined);
    return work;
  }
}
