import { type Backoff, backoffMs, sleep } from '../backoff';
import { CdcError, SinkUnavailableError } from '../errors';
import type { ReaderLogger } from '../reader-logger';
import type { RowSink } from '../row-added';
import type { Batch, RowBuffer } from './row-buffer';

/** A broker that restarts is back within seconds; asking more often than every 5 s would only add to its load. */
const RETRY: Backoff = { firstMs: 100, maxMs: 5_000 };

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
 * There is no linger timer: a lone row goes out at once, and while it is on its way the next batch grows (group commit).
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

  private async drain(): Promise<void> {
    const { buffer, onDurable, onHalt } = this.options;
    try {
      while (!this.closing.signal.aborted) {
        const batch = buffer.take();
        if (!batch) break;
        this.since = Date.now();
        const durable = await this.publish(batch);
        this.since = null;
        buffer.release(batch);
        if (durable) onDurable(batch);
      }
    } catch (error) {
      this.closing.abort();
      onHalt(error instanceof CdcError ? error : new CdcError('CDC_INTERNAL', String(error), { cause: error }));
    } finally {
      this.running = null;
    }
  }

  /** @returns false when closed before it succeeded. */
  private async publish(batch: Batch): Promise<boolean> {
    const { sink, logger, patienceMs, onRetry } = this.options;
    const startedAt = performance.now();
    for (let attempt = 0; ; attempt++) {
      try {
        await sink.publish(batch.rows);
        return true;
      } catch (error) {
        if (error instanceof CdcError) throw error;
        const failingMs = performance.now() - startedAt;
        if (failingMs > patienceMs) throw new SinkUnavailableError(Math.round(failingMs / 1000), error);
        if (this.closing.signal.aborted) return false;
        onRetry(error);
        const waitMs = Math.round(backoffMs(RETRY, attempt));
        logger.warn('publishing failed; trying the same batch again', { attempt, waitMs, rows: batch.rows.length, error });
        await sleep(waitMs, this.closing.signal);
        if (this.closing.signal.aborted) return false;
      }
    }
  }
}
