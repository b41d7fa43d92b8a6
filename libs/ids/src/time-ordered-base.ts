import { BaseFormat } from './base-format';
import type { Ticker } from './clock/ticker';
import type { TickRange } from './clock/tick-range';
import type { TimeOrderedFormat } from './format';

/** In bulk: a look at the clock costs as much as the rest of an id, and 64 ids take a few microseconds. */
const IDS_A_LOOK = 64;

export abstract class TimeOrderedBase<Id extends string> extends BaseFormat<Id> implements TimeOrderedFormat<Id> {
  protected abstract readonly range: TickRange;
  protected abstract readonly ticker: Ticker;

  /** Milliseconds since 1970. */
  protected abstract msOf(value: bigint): number;
  /** The least or greatest number of a tick. */
  protected abstract bound(tick: number, greatest: boolean): bigint;

  timestamp(id: Id): Date {
    return new Date(this.msOf(this.read(id)));
  }

  min(time: Date): Id {
    return this.parse(this.codec.toText(this.bound(this.range.tickAt(time), false)));
  }

  max(time: Date): Id {
    return this.parse(this.codec.toText(this.bound(this.range.tickAt(time), true)));
  }

  protected override append(ids: Id[], count: number): void {
    try {
      for (let left = count; left > 0; left -= IDS_A_LOOK) {
        ids.push(this.generate());
        const held = Math.min(left, IDS_A_LOOK) - 1;
        this.ticker.hold(held);
        super.append(ids, held);
      }
    } finally {
      this.ticker.hold(0);
    }
  }

  protected override timeOf(value: bigint): Date | null {
    return new Date(this.msOf(value));
  }
}
