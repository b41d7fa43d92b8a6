import type { Ticker } from './ticker';

/**
 * The order within a tick: a counter in front of the random bits (RFC 9562, section 6.2, method 1). It starts each tick at a
 * random number, of which the highest bit is 0: at least half of its range is left to count.
 */
export class TickCounter {
  /** Since 1970. */
  tick = -1;
  count = 0;

  /** @param most the last number it holds @param start gives the random number */
  constructor(
    readonly ticker: Ticker,
    private readonly most: number,
    private readonly start: () => number,
  ) {}

  /** Moves on to the next id. True if the tick has changed. */
  step(): boolean {
    const tick = this.ticker.next();
    if (tick !== this.tick) return this.begin(tick);
    if (this.count === this.most) return this.begin(this.ticker.advance());
    this.count++;
    return false;
  }

  private begin(tick: number): true {
    this.count = this.start();
    this.tick = tick;
    return true;
  }
}
