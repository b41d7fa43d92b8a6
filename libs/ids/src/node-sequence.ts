import type { TickRange } from './clock/tick-range';
import { Ticker } from './clock/ticker';
import { NODE_DEFAULT_OVERFLOW, nodeSource, validTime, type NodeOptions } from './node-options';

/** The ids that a node has: counted from 0 in each tick, and the node is asked for each. */
export class NodeSequence {
  /** Of the latest id. */
  tick = -Infinity;
  count = 0;
  node = 0;
  readonly ticker: Ticker;
  private readonly nodeAt: (timestampMs: number) => number;
  private readonly most: number;
  private asking = false;

  /** @param mostNode the greatest node number @param perTick how many ids a node has in a tick @throws InvalidOptionError */
  constructor(range: TickRange, options: NodeOptions, mostNode: number, perTick: number) {
    this.nodeAt = nodeSource(options.node, mostNode);
    this.most = perTick - 1;
    this.ticker = new Ticker(range, options, NODE_DEFAULT_OVERFLOW);
    if (options.usedUntil) this.skipTo(Math.min(validTime('usedUntil', options.usedUntil), range.last));
  }

  /** Moves on to the next id. True if the tick has changed. */
  step(): boolean {
    if (this.asking) throw new Error('The option `node` asked its own generator for an id, which would be made twice; ask another one.');
    this.ticker.keep();
    const tick = this.ticker.next();
    let at = tick;
    let count = 0;
    if (tick === this.tick) {
      if (this.count === this.most) at = this.ticker.advance();
      else count = this.count + 1;
    }
    let node = this.nodeFor(at);
    if (at === this.tick && node !== this.node) {
      // Another lease began within the tick: ids of a lesser node would be less than those there are.
      at = this.ticker.advance();
      count = 0;
      node = this.nodeFor(at);
    }
    this.node = node;
    this.count = count;
    if (at === this.tick) return false;
    this.tick = at;
    return true;
  }

  /** May throw: nothing has been taken yet. */
  private nodeFor(tick: number): number {
    this.asking = true;
    try {
      return this.nodeAt(tick);
    } catch (error) {
      // A time that was refused has not been used: without this, a clock that was once an hour ahead would stop the node for that hour.
      this.ticker.takeBack();
      throw error;
    } finally {
      this.asking = false;
    }
  }

  private skipTo(tick: number): void {
    this.ticker.skipTo(tick);
    this.tick = tick;
    this.count = this.most;
  }
}
