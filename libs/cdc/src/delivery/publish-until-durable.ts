import { type Backoff, backoffMs, sleep } from '../backoff';
import { CdcError, SinkUnavailableError } from '../errors';
import type { ReaderLogger } from '../reader-logger';
import type { RowAdded, RowSink } from '../row-added';

/** A broker that restarts is back within seconds; one question a second is no load, and its return is seen at once. */
const RETRY: Backoff = { firstMs: 100, maxMs: 1_000 };

export interface PublishOptions {
  readonly sink: RowSink;
  readonly logger: ReaderLogger;
  /** How long the rows may fail, in milliseconds. */
  readonly patienceMs: number;
  readonly onRetry: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Hands the same rows to the sink until they are durable.
 *
 * @returns false when the signal aborted before it succeeded: whether they are durable is unknown then.
 * @throws SinkUnavailableError when patience ends; a CdcError of the sink at once
 */
export async function publishUntilDurable(rows: readonly RowAdded[], options: PublishOptions): Promise<boolean> {
  const { sink, logger, patienceMs, onRetry, signal } = options;
  const startedAt = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      await sink.publish(rows);
      return true;
    } catch (error) {
      if (error instanceof CdcError) throw error;
      const failingMs = performance.now() - startedAt;
      if (failingMs > patienceMs) throw new SinkUnavailableError(Math.round(failingMs / 1000), error);
      if (signal.aborted) return false;
      onRetry(error);
      const waitMs = Math.round(backoffMs(RETRY, attempt));
      logger.warn('publishing failed; trying the same batch again', { attempt, waitMs, rows: rows.length, error });
      await sleep(waitMs, signal);
      if (signal.aborted) return false;
    }
  }
}
