import { ClockRollbackError } from '../errors/clock-rollback.error';
import { CounterExhaustedError } from '../errors/counter-exhausted.error';
import type { GeneratorOptions } from '../generator-options';
import { blockThread, type Pause } from './pause';
import { absorb, named, wait, type OverflowPolicy, type RollbackPolicy } from './policies';
import type { TickRange } from './tick-range';

/** NTP steps and leap smears stay far below; what is more is worth an alarm. */
const DEFAULT_ROLLBACK = absorb(10_000);

/**
 * The time that a generator may use: ticks that never go back, whatever the clock does.
 *
 * A format counts within a tick, asks `next()` before each id and `advance()` when the counter of the tick is used up.
 * A throw leaves the ticker as it was, so that the next call decides anew.
 */
export class Ticker {
  private readonly clock: () => number;
  private readonly pause: Pause;
  private readonly rollback: Exclude<RollbackPolicy, 'wait'>;
  private readonly overflow: Exclude<OverflowPolicy, 'wait'>;
  private readonly unitMs: number;
  private readonly end: number;
  /** The tick of the latest id; Infinity while an observer runs. */
  private last = -Infinity;
  /** The latest tick that the clock has ever shown; `last` may be ahead of it by what was borrowed. */
  private peak = -Infinity;
  /** The tick that the clock showed last. */
  private shown = -Infinity;
  /** How many ids may still take the tick of the latest one. */
  private held = 0;
  private readonly kept = { last: -Infinity, peak: -Infinity, shown: -Infinity };

  constructor(
    private readonly range: TickRange,
    private readonly options: GeneratorOptions,
    defaultOverflow: OverflowPolicy,
  ) {
    this.clock = options.clock ?? Date.now;
    this.pause = options.pause ?? blockThread;
    const { rollback = DEFAULT_ROLLBACK, overflow = defaultOverflow } = options;
    this.rollback = rollback === 'wait' ? wait() : rollback;
    this.overflow = overflow === 'wait' ? wait() : overflow;
    this.unitMs = range.unitMs;
    this.end = range.last;
  }

  /** The tick of the next id: that of the latest one, or a later one. */
  next(): number {
    if (this.held > 0) {
      this.held--;
      return this.last;
    }
    const tick = Math.floor(this.clock() / this.unitMs);
    if (tick >= this.last && tick <= this.end) {
      if (tick < this.range.first) this.range.refuse(tick);
      this.shown = tick;
      this.peak = tick;
      this.last = tick;
      return tick;
    }
    return this.behind(tick);
  }

  /** A tick after that of the latest id, because that one has no ids left. */
  advance(): number {
    this.held = 0;
    const next = this.last + 1;
    if (next > this.end) this.range.refuse(next);
    const { overflow } = this;
    const policy = overflow === 'throw' ? 'throw' : overflow.kind;
    const { onOverflow } = this.options;
    const aheadMs = (next - this.shown) * this.unitMs;
    if (onOverflow) this.tell(() => onOverflow({ format: this.range.format, policy, aheadMs }));
    if (overflow === 'throw') throw new CounterExhaustedError(this.range.format, 'throw');
    if (overflow.kind === 'borrow') {
      if ((next - this.peak) * this.unitMs > overflow.maxMs) throw new CounterExhaustedError(this.range.format, named(overflow));
      this.last = next;
      return next;
    }
    const tick = this.waitFor(next, overflow.maxMs);
    if (tick === undefined) throw new CounterExhaustedError(this.range.format, named(overflow));
    this.shown = tick;
    this.peak = tick;
    this.last = tick;
    return tick;
  }

  /** The next `ids` ids take the tick of the latest one, without another look at the clock; unless it has no ids left. */
  hold(ids: number): void {
    this.held = ids;
  }

  /** The clock's tick as it is, for ids without an order. */
  unordered(): number {
    const tick = Math.floor(this.clock() / this.unitMs);
    return this.range.holds(tick) ? tick : this.range.refuse(tick);
  }

  /** Counts everything up to `tick` as used, as if ids of it had been made. */
  skipTo(tick: number): void {
    this.last = tick;
    this.peak = tick;
    this.shown = tick;
  }

  /** Remembers the state before an id, for `takeBack`. */
  keep(): void {
    this.kept.last = this.last;
    this.kept.peak = this.peak;
    this.kept.shown = this.shown;
  }

  /** No id came of what was shown since `keep`. */
  takeBack(): void {
    this.last = this.kept.last;
    this.peak = this.kept.peak;
    this.shown = this.kept.shown;
  }

  private behind(tick: number): number {
    const { format } = this.range;
    if (this.last === Infinity) throw new Error(`An observer of this ${format} generator asked it for an id; ask another one.`);
    if (!this.range.holds(tick)) this.range.refuse(tick);
    const { rollback } = this;
    const behindMs = (this.peak - tick) * this.unitMs;
    const jumped = tick < this.shown;
    this.shown = tick;
    if (behindMs <= 0) {
      this.peak = tick;
      return this.last; // ahead of the clock by what was borrowed
    }
    const { onRollback } = this.options;
    if (jumped && onRollback) {
      const policy = rollback === 'throw' ? 'throw' : rollback.kind;
      this.tell(() => onRollback({ format, policy, behindMs }));
    }
    if (rollback === 'throw') throw new ClockRollbackError(format, behindMs, 'throw');
    if (rollback.kind === 'absorb') {
      if (behindMs > rollback.maxMs) throw new ClockRollbackError(format, behindMs, named(rollback));
      return this.last;
    }
    const reached = this.waitFor(this.peak, rollback.maxMs);
    if (reached === undefined) throw new ClockRollbackError(format, behindMs, named(rollback));
    this.shown = reached;
    this.peak = reached;
    this.last = Math.max(this.last, reached);
    return this.last;
  }

  /** Waits in real time: the clock itself may stand still. Undefined if it took longer than allowed. */
  private waitFor(target: number, maxMs: number): number | undefined {
    const start = performance.now();
    for (;;) {
      const ms = this.clock();
      const tick = Math.floor(ms / this.unitMs);
      if (tick > this.end) this.range.refuse(tick);
      if (tick >= target) return tick;
      const left = maxMs - (performance.now() - start);
      if (!(left > 0)) return undefined;
      this.pause(Math.min(target * this.unitMs - ms, left));
    }
  }

  /** An observer that made an id here would get one that the format is about to use: refused, by `behind`. */
  private tell(report: () => void): void {
    const { last } = this;
    this.last = Infinity;
    try {
      report();
    } finally {
      this.last = last;
    }
  }
}
