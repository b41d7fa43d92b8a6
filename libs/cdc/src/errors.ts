/**
 * An error that a restart or a retry alone does not heal: the reader halts with it (`run()` rejects) and has confirmed
 * nothing beyond what is durable. Each one says what to do next.
 */
export class CdcError extends Error {
  constructor(
    /** Stable, for logs and alerts. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** There is no such slot. The reader never makes one silently: it would begin now and skip every row from before. */
export class SlotMissingError extends CdcError {
  constructor(slot: string, database: string) {
    super(
      'CDC_SLOT_MISSING',
      `Replication slot "${slot}" does not exist for database "${database}". On a new database make it with ` +
        `createSlot() before the first row is written. If it existed before (dropped, or lost in a failover), rows ` +
        `written since would not be in a new slot: call reconcile(), which makes the slot and publishes those rows from ` +
        `the retained outbox table.`,
    );
  }
}

/** The server has given up the slot's log (`wal_status = lost`, or invalidated): rows are missing from it. */
export class SlotLostError extends CdcError {
  constructor(slot: string, reason: string) {
    super(
      'CDC_SLOT_LOST',
      `Replication slot "${slot}" is lost (${reason}): the server has removed log that was not read yet. Call reconcile(): it ` +
        `makes the slot anew and publishes the rows in between from the retained outbox table. To prevent it, raise ` +
        `max_slot_wal_keep_size or alert on the slot's safe_wal_size.`,
    );
  }
}

/** A reconciliation was begun and has not ended: newer rows must not be published before the older ones it still holds. */
export class ReconcileUnfinishedError extends CdcError {
  constructor(slot: string, marker: string) {
    super(
      'CDC_RECONCILE_UNFINISHED',
      `A reconciliation of slot "${slot}" runs, or was broken off (slot "${marker}" marks it). Rows from before the slot ` +
        `are not all published yet: let reconcile() end, or call it again; it goes on where it was.`,
    );
  }
}

/** Everything that the retained table holds was, or will be, read from the log. */
export class NothingToReconcileError extends CdcError {
  constructor(slot: string) {
    super(
      'CDC_NOTHING_TO_RECONCILE',
      `Replication slot "${slot}" is there and holds all the log that was not read yet, so a reader publishes everything. ` +
        `To compare the retained table with the topic all the same (a person moved the slot, or made it anew), use force.`,
    );
  }
}

/** Another process reconciles the same slot, or keeps reading it. */
export class ReconcileBlockedError extends CdcError {
  constructor(message: string) {
    super('CDC_RECONCILE_BLOCKED', message);
  }
}

/** A slot of that name exists, but it is not one that this reader can read. */
export class SlotMismatchError extends CdcError {
  constructor(slot: string, found: string) {
    super(
      'CDC_SLOT_MISMATCH',
      `Replication slot "${slot}" is ${found}; a logical slot with plugin pgoutput in the connected database is needed. ` +
        `Name another slot, or make the right one with createSlot().`,
    );
  }
}

/** There is no such publication; PostgreSQL 18 would skip every row without a word. */
export class PublicationMissingError extends CdcError {
  constructor(publication: string, database: string) {
    super(
      'CDC_PUBLICATION_MISSING',
      `Publication "${publication}" does not exist in database "${database}". Run the outbox migration, or: CREATE ` +
        `PUBLICATION ${publication} FOR TABLE outbox WITH (publish = 'insert', publish_via_partition_root = true).`,
    );
  }
}

/** The publication is there, but leaves rows of the outbox table out. */
export class PublicationIncompleteError extends CdcError {
  constructor(publication: string, lack: string) {
    super(
      'CDC_PUBLICATION_INCOMPLETE',
      `Publication "${publication}" ${lack}: the server would skip committed rows without a word. Needed: FOR TABLE the ` +
        `outbox table, without WHERE and without columns, WITH (publish = 'insert', publish_via_partition_root = true). ` +
        `Mend it with ALTER PUBLICATION, and start the reader again: it then says which rows to publish anew.`,
    );
  }
}

/** The publication was made or changed in the part of the log that is not confirmed: it may have left rows out there. */
export class PublicationChangedError extends CdcError {
  constructor(publication: string, table: string, slot: string, confirmedLsn: string) {
    super(
      'CDC_PUBLICATION_CHANGED',
      `Publication "${publication}", or its entry of ${table}, was made or altered after the position ${confirmedLsn} of ` +
        `slot "${slot}": rows committed after it and before the change may be skipped. As a superuser run twice: ` +
        `CHECKPOINT; SELECT pg_replication_slot_advance('${slot}', pg_current_wal_lsn()); then call reconcile() ` +
        `with force, which publishes the rows up to there from the retained table, and start the reader again.`,
    );
  }
}

/** The log holds something that an insert-only outbox cannot hold. */
export class UnexpectedOperationError extends CdcError {
  constructor(operation: string, table: string) {
    super(
      'CDC_UNEXPECTED_OPERATION',
      `The log holds ${operation} of ${table}, but only inserts are published. Use ALTER PUBLICATION ... SET (publish = ` +
        `'insert'), then advance the slot past this change with pg_replication_slot_advance().`,
    );
  }
}

/** The bytes from the server do not follow the protocol; most likely a server newer than this reader. */
export class ProtocolError extends CdcError {
  constructor(message: string) {
    super('CDC_PROTOCOL', message);
  }
}

/** A column's type has no agreed form in the envelope. */
export class UnsupportedColumnError extends CdcError {
  constructor(message: string) {
    super('CDC_UNSUPPORTED_COLUMN', message);
  }
}

/** To be thrown by a {@link RowSink} for a failure that no retry heals (too large, not authorised): halts at once. */
export class PermanentSinkError extends CdcError {
  constructor(message: string, options?: ErrorOptions) {
    super('CDC_SINK_PERMANENT', message, options);
  }
}

/** The sink failed for longer than the reader's patience. */
export class SinkUnavailableError extends CdcError {
  constructor(seconds: number, cause: unknown) {
    super(
      'CDC_SINK_UNAVAILABLE',
      `The sink has failed for ${seconds} s (last: ${cause instanceof Error ? cause.message : String(cause)}). Nothing ` +
        `was confirmed, so the server keeps the rows; bring the broker back and start the reader again.`,
      { cause },
    );
  }
}
