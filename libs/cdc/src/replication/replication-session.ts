import { BatchPublisher } from '../delivery/batch-publisher';
import { ConfirmGate } from '../delivery/confirm-gate';
import { ConfirmTracker } from '../delivery/confirm-tracker';
import { RowBuffer } from '../delivery/row-buffer';
import type { LogHandler } from '../pgoutput/log-handler';
import { PgoutputDecoder } from '../pgoutput/pgoutput-decoder';
import type { ReaderSettings } from '../reader-settings';
import type { MutableReaderStats } from '../reader-stats';
import type { Relation, RowTransaction } from '../row-added';
import { type ControlConnection, HEARTBEAT_PREFIX } from '../slot/control-connection';
import { Heartbeat } from '../slot/heartbeat';
import type { SlotState } from '../slot/slot-state';
import { ConnectionLostError } from './connection-lost.error';
import { Feedback } from './feedback';
import type { ReplicationConnection, ReplicationListener } from './replication-connection';

/**
 * One open stream from its start to its end: log -> buffer -> sink -> check -> confirmation.
 *
 * Everything it holds dies with it. Rows that are not confirmed come again on the next stream, which begins only after
 * this one's last attempt to publish has settled: nothing old is published after something new.
 */
export class ReplicationSession implements ReplicationListener, LogHandler {
  private readonly buffer: RowBuffer;
  private readonly tracker: ConfirmTracker;
  private readonly gate: ConfirmGate;
  private readonly decoder: PgoutputDecoder;
  private readonly publisher: BatchPublisher;
  private readonly heartbeat: Heartbeat;
  private readonly over = Promise.withResolvers<void>();
  private feedback: Feedback | null = null;
  private transaction: RowTransaction | null = null;
  private receivedLsn: bigint;
  private rowLsn = 0n;
  private rowBytes = 0;
  private paused = false;

  constructor(
    private readonly settings: ReaderSettings,
    private readonly connection: ReplicationConnection,
    control: ControlConnection,
    slot: SlotState,
    private readonly stats: MutableReaderStats,
  ) {
    const { logger } = settings;
    const onHalt = (error: unknown): void => this.over.reject(error);
    this.receivedLsn = slot.confirmedLsn;
    this.buffer = new RowBuffer(settings.limits);
    this.tracker = new ConfirmTracker(slot.confirmedLsn);
    this.gate = new ConfirmGate({
      confirmedLsn: slot.confirmedLsn,
      durableLsn: () => this.tracker.confirmedLsn,
      check: () => control.readSlot(),
      onConfirmed: () => this.feedback?.sendNow(false),
      // Also when the server cannot be asked: one that shuts down waits for confirmations that could never be checked.
      onFailed: onHalt,
    });
    this.decoder = new PgoutputDecoder(slot.database, this);
    this.heartbeat = new Heartbeat({ control, intervalMs: settings.heartbeatIntervalMs, stats, logger, onHalt });
    this.publisher = new BatchPublisher({
      sink: settings.sink,
      buffer: this.buffer,
      logger,
      patienceMs: settings.publishPatienceMs,
      onDurable: (batch) => this.durable(batch.rows.length, batch.lastRow),
      onRetry: () => {
        stats.publishRetries++;
        stats.publishFailingSince ??= Date.now();
      },
      onHalt,
    });
  }

  /** Resolves after the signal, rejects when the stream breaks off; either way all is closed and nothing is in flight. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => this.over.resolve();
    this.over.promise.catch(() => undefined); // may reject while the stream is still being opened
    const walSenderTimeoutMs = await this.connection.walSenderTimeoutMs();
    const feedback = new Feedback({
      walSenderTimeoutMs,
      send: (replyRequested) => this.connection.sendStatus(this.receivedLsn, this.gate.confirmedLsn, replyRequested),
      isPaused: () => this.paused,
      onSilent: () => this.over.reject(new ConnectionLostError('the server has been silent for 30 s')),
    });
    this.feedback = feedback;
    await this.connection.start(this.settings.slot, this.settings.publication, this);
    this.stats.state = 'streaming';
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    feedback.start();
    this.heartbeat.start();
    try {
      await this.over.promise;
      this.pause();
      await this.publisher.close(); // status updates go on meanwhile
      await this.gate.finish();
    } finally {
      signal.removeEventListener('abort', stop);
      this.gate.close();
      this.pause();
      await this.publisher.close();
      feedback.sendNow(false);
      feedback.stop();
      this.fillStats();
      this.heartbeat.stop();
    }
  }

  /** Copies what is counted here into the stats; done on demand to keep it off the hot path. */
  fillStats(): void {
    this.stats.bufferedRows = this.buffer.rowCount;
    this.stats.bufferedBytes = this.buffer.byteCount;
    this.stats.paused = this.paused;
    this.stats.receivedLsn = this.receivedLsn;
    this.stats.confirmedLsn = this.gate.confirmedLsn;
    this.stats.publishingSince = this.publisher.publishingSince;
  }

  log(lsn: bigint, bytes: Buffer, offset: number): void {
    this.feedback?.heard();
    this.rowLsn = lsn;
    this.rowBytes = bytes.length;
    this.decoder.decode(bytes, offset);
  }

  keepalive(walEnd: bigint, replyRequested: boolean): void {
    this.feedback?.heard();
    if (walEnd > this.receivedLsn) this.receivedLsn = walEnd;
    this.tracker.keepalive(walEnd);
    if (replyRequested) this.feedback?.sendNow(false);
    this.gate.wake();
  }

  ended(error: unknown): void {
    this.over.reject(error);
  }

  begin(transaction: RowTransaction): void {
    this.transaction = transaction;
    this.tracker.begin();
  }

  row(relation: Relation, values: (string | null)[]): void {
    const { transaction } = this;
    if (!transaction) return; // the decoder has refused such a row already
    const row = { relation, transaction, lsn: this.rowLsn, values };
    this.buffer.add(row, this.tracker.row(), this.rowBytes);
    this.publisher.wake();
    if (!this.paused && this.buffer.isFull) this.pause();
  }

  commit(endLsn: bigint): void {
    this.transaction = null;
    if (endLsn > this.receivedLsn) this.receivedLsn = endLsn;
    this.tracker.commit(endLsn);
    this.gate.wake();
  }

  message(prefix: string, content: string): void {
    if (prefix === HEARTBEAT_PREFIX) this.heartbeat.seen(content);
  }

  private durable(rows: number, lastRow: number): void {
    this.stats.rowsPublished += rows;
    this.stats.batchesPublished++;
    this.stats.publishFailingSince = null;
    this.tracker.durable(lastRow);
    this.gate.wake();
    if (this.paused && this.buffer.isLow) this.resume();
  }

  private pause(): void {
    this.paused = true;
    this.connection.pause();
  }

  private resume(): void {
    this.paused = false;
    this.connection.resume();
  }
}
