import type { ReaderStats } from './reader-stats';

/**
 * What carries the rows of one database's outbox from its log to the row-added topic: the embedded {@link LogReader}, or
 * Debezium, kept by a {@link DebeziumConnector}. Both read the same slot and write the same keys and envelopes, so one may take over from
 * the other.
 */
export interface CdcEngine {
  /**
   * Runs until the signal aborts, over whatever passes by itself; frees the slot and resolves then. To be called once.
   *
   * @throws CdcError when only a person can help. Nothing that is not durable was confirmed to the server.
   */
  run(signal: AbortSignal): Promise<void>;
  /** A snapshot. */
  stats(): ReaderStats;
}
