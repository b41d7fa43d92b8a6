import { setTimeout as sleep } from 'node:timers/promises';
import { CdcError } from '../errors';
import type { ReaderLogger } from '../reader-logger';
import type { RowSink } from '../row-added';
import { publishUntilDurable } from './publish-until-durable';
import type { Batch, RowBuffer } from './row-buffer';

const PACE_MS = 15;
/** As many rows together are worth their request. */
const WORTH_A_REQUEST = 100;

export interface BatchPublisherOptions {
  readonly sink: RowSink;
  readonly buffer: RowBuffer;
  readonly logger: ReaderLogger;
  /** How long a batch may fail before the reader halts, in milliseconds. */
  readonly patienceMs: number;
  readonly onDurable: (batch: Batch) => void;
  readonly onRetry: (error: unknown) => void;
  /** Called once, with what the reader must halt with. */
  readonly onHalt: (error: CdcError) => void;
}

/**
 * Hands batches to the sink, one at a time and in order.
 *
 * A lone row goes out at once, and while it is on its way the next batch grows (group commit). A small batch is followed by the next one no sooner than
 * 15 ms after it was handed in: where rows come one by one but fast, each would otherwise cost every hop after this one a request of its own.
 * A failed batch is tried again until it is durable or patience ends; nothing overtakes it.
 */
export class BatchPublisher {
  private readonly closing = new AbortController();
  private running: Promise<void> | null = null;
  private since: number | null = null;

  constructor(private readonly options: BatchPublisherOptions) {}

  /** When the batch that is with the sink was handed in first, in ms since 1970; null while there is none. */
  get publishingSince(): number | null {
    return this.since;
  }

  /** Says that the buffer has rows. Cheap enough to be called for each row. */
  wake(): void {
    if (this.running || this.closing.signal.aborted) return;
    // One microtask later, so that all rows of the chunk that is being decoded are in the first batch.
    this.running = Promise.resolve().then(() => this.drain());
  }

  /** Starts nothing more and waits for the attempt in flight, so that nothing is published after it resolves. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
    this.options.buffer.clear();
  }

  private async pace(since: number): Promise<void> {
    const waitMs = since + PACE_MS - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
  }

  private async drain(): Promise<void> {
    const { buffer, onDurable, onHalt } = this.options;
    try {
      while (!this.closing.signal.aborted) {
        const batch = buffer.take();
        if (!batch) break;
        const handedIn = performance.now();
        this.since = Date.now();
        const durable = await publishUntilDurable(batch.rows, { ...this.options, signal: this.closing.signal });
        this.since = null;
        buffer.release(batch);
        if (durable) onDurable(batch);
        if (batch.rows.length < WORTH_A_REQUEST) await this.pace(handedIn);
      }
    } catch (error) {
      this.closing.abort();
      onHalt(error instanceof CdcError ? error : new CdcError('CDC_INTERNAL', String(error), { cause: error }));
    } finally {
      this.running = null;
    }
  }
}
