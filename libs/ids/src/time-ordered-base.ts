import { BaseFormat } from './base-format';
import type { TickRange } from './clock/tick-range';
import type { TimeOrderedFormat } from './format';

export abstract class TimeOrderedBase<Id extends string> extends BaseFormat<Id> implements TimeOrderedFormat<Id> {
  protected abstract readonly range: TickRange;

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

  protected override timeOf(value: bigint): Date | null {
    return new Date(this.msOf(value));
  }
}
