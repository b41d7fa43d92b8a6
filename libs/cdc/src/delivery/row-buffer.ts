import type { RowAdded } from '../row-added';

/** How much the reader holds in memory; rows in flight to the sink count. */
export interface ReaderLimits {
  /** Most rows in one `publish`. */
  readonly batchRows: number;
  /**
   * Most bytes in one `publish` (one row may exceed it). A quarter of Kafka's default `message.max.bytes`: a batch stays
   * below that limit even if all of it goes to one partition and every character of its JSON needs escaping. Twice as
   * much is no faster with KafkaJS, and its encoder then holds 30 MB more.
   */
  readonly batchBytes: number;
  /** The connection is paused at this many rows or bytes, and read again at half of them. */
  readonly bufferedRows: number;
  readonly bufferedBytes: number;
}

/** The next batch is there while one is with the sink; what waits for longer grows old in V8's eyes, and is collected late. */
export const DEFAULT_LIMITS: ReaderLimits = {
  batchRows: 2_000,
  batchBytes: 256 * 1024,
  bufferedRows: 10_000,
  bufferedBytes: 512 * 1024,
};

/** Bytes that the envelope and the objects add to a row, so that many small rows are not taken for free. */
const ROW_OVERHEAD_BYTES = 400;

export interface Batch {
  readonly rows: RowAdded[];
  bytes: number;
  /** Number of the last row, for {@link ConfirmTracker.durable}. */
  lastRow: number;
}

/** Rows between the log and the sink, cut into batches as they arrive so that taking one costs nothing. */
export class RowBuffer {
  private readonly batches: Batch[] = [];
  private rows = 0;
  private bytes = 0;

  constructor(private readonly limits: ReaderLimits) {}

  /** Rows not yet durable. */
  get rowCount(): number {
    return this.rows;
  }

  get byteCount(): number {
    return this.bytes;
  }

  get isFull(): boolean {
    return this.rows >= this.limits.bufferedRows || this.bytes >= this.limits.bufferedBytes;
  }

  /** At half of the bounds: pausing and resuming for each row would cost more than it saves. */
  get isLow(): boolean {
    return this.rows * 2 <= this.limits.bufferedRows && this.bytes * 2 <= this.limits.bufferedBytes;
  }

  add(row: RowAdded, number: number, wireBytes: number): void {
    const bytes = wireBytes + ROW_OVERHEAD_BYTES;
    this.rows++;
    this.bytes += bytes;
    const last = this.batches[this.batches.length - 1];
    if (last && last.rows.length < this.limits.batchRows && last.bytes + bytes <= this.limits.batchBytes) {
      last.rows.push(row);
      last.bytes += bytes;
      last.lastRow = number;
    } else {
      this.batches.push({ rows: [row], bytes, lastRow: number });
    }
  }

  /** Takes the oldest batch for publishing; it counts as held until {@link release}. */
  take(): Batch | undefined {
    return this.batches.shift();
  }

  release(batch: Batch): void {
    this.rows -= batch.rows.length;
    this.bytes -= batch.bytes;
  }

  /** Forgets what was not taken. The server sends it again, because it was not confirmed. */
  clear(): void {
    for (const batch of this.batches.splice(0)) this.release(batch);
  }
}
