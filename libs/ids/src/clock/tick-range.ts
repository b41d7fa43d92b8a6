import { TimeOutOfRangeError } from '../errors/time-out-of-range.error';
import type { FormatName } from '../format';

/** The times that a format can hold, in ticks since 1970. */
export class TickRange {
  /** @param unitMs length of a tick in milliseconds @param first, last ticks since 1970, both inside */
  constructor(
    readonly format: FormatName,
    readonly unitMs: number,
    readonly first: number,
    readonly last: number,
  ) {}

  /** @throws TimeOutOfRangeError */
  tickAt(time: Date): number {
    const tick = Math.floor(time.getTime() / this.unitMs);
    return this.holds(tick) ? tick : this.refuse(tick);
  }

  /** False also for NaN. */
  holds(tick: number): boolean {
    return tick >= this.first && tick <= this.last;
  }

  refuse(tick: number): never {
    throw new TimeOutOfRangeError(this.format, tick * this.unitMs, this.first * this.unitMs, (this.last + 1) * this.unitMs - 1);
  }
}
