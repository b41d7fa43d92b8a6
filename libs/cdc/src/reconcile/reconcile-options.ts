import type { ReaderConnection } from '../connection-config';
import type { ReaderLogger } from '../reader-logger';
import type { RowSink } from '../row-added';

/** What the broker already has. */
export interface PublishedRows {
  /**
   * Calls `found` with the outbox id (as PostgreSQL prints it) of each row-added message that the topic holds at the time of
   * the call, in any order, and resolves at the end. Must reject if it cannot read to the end: an id that is left out is
   * a row that is published again.
   */
  readIds(found: (id: string) => void, signal: AbortSignal): Promise<void>;
}

export interface ReconcileOptions {
  /** Of a role with REPLICATION, and SELECT on the outbox. */
  readonly connection: ReaderConnection;
  /** The slot that is missing or lost; it is made anew. */
  readonly slot: string;
  /** As the reader's. */
  readonly publication: string;
  /** The outbox table as `schema.table`; default `public.outbox`. */
  readonly table?: string;
  /** The reader's own kind of sink: same topic, key and envelope. */
  readonly sink: RowSink;
  readonly published: PublishedRows;
  /**
   * Called once the reconciliation is accepted and the marker is there, before the slot is made: to stop a reader that does not look
   * at the marker (Debezium), and to make it forget its position. If it rejects, so does the reconciliation.
   */
  readonly quiesce?: () => Promise<void>;
  /** Compares table and topic also where the slot is in order; its reader halts meanwhile. Default false. */
  readonly force?: boolean;
  /** How long one batch may fail, in milliseconds; default 60,000. */
  readonly publishPatienceMs?: number;
  /** Told of each step, and of the progress every 2 s. */
  readonly logger?: ReaderLogger;
  readonly signal?: AbortSignal;
}

/** What a reconciliation did. */
export interface ReconcileReport {
  /** Why it was needed. */
  readonly found: ReconcileReason;
  /** Rows in the retained table. */
  readonly rowsRetained: number;
  /** Different rows in the topic. */
  readonly rowsInTopic: number;
  /** Rows that the topic did not have, and has now. */
  readonly rowsPublished: number;
}

export type ReconcileReason =
  /** There was no slot. */
  | 'missing'
  /** The server had given the slot's log up. */
  | 'lost'
  /** The slot was there, but an earlier reconciliation had not ended. */
  | 'unfinished'
  /** Nothing was wrong with the slot; it was forced. */
  | 'forced';
