import type { Ticker } from '../clock/ticker';
import type { RandomPool } from '../random-pool';

const MOST = 2 ** 26 - 1;

/**
 * The order within a millisecond of UUIDv7: a counter of 26 bits in front of 48 random ones (RFC 9562, section 6.2,
 * method 1). It starts anew each millisecond at 25 random bits, so at least 33 million ids fit in.
 */
export class V7Counter {
  /** Milliseconds since 1970. */
  tick = -1;
  count = 0;

  constructor(
    private readonly ticker: Ticker,
    private readonly pool: RandomPool,
  ) {}

  /** Moves on to the next id. True if the time has changed. */
  step(): boolean {
    const tick = this.ticker.next();
    if (tick !== this.tick) return this.begin(tick);
    if (this.count === MOST) return this.begin(this.ticker.advance());
    this.count++;
    return false;
  }

  private begin(tick: number): true {
    this.count = this.pool.next() >>> 7;
    this.tick = tick;
    return true;
  }
}
