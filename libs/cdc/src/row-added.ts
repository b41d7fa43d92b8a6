/** One column of a published table, as the server described it. */
export interface RelationColumn {
  readonly name: string;
  /** `pg_type.oid`, which says how to read the text form of the values. */
  readonly typeOid: number;
}

/** A published table. One object for all rows until the server describes the table anew, so it can key a cache. */
export interface Relation {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly RelationColumn[];
}

/** The transaction that added a row. One object for all rows of the transaction. */
export interface RowTransaction {
  readonly xid: number;
  /** Commit time by the server's clock, in microseconds since 1970 (exact: below 2^53 until the year 2255). */
  readonly commitTimeUs: number;
  /** End of the commit that was read before this one; null for the first of a connection. */
  readonly previousCommitLsn: bigint | null;
}

/** An inserted row of a committed transaction. */
export interface RowAdded {
  readonly relation: Relation;
  readonly transaction: RowTransaction;
  /** Position of the row in the log. Neither unique nor monotonic: several rows of one statement may share it. */
  readonly lsn: bigint;
  /** PostgreSQL's text form of each column in the order of `relation.columns` (UTC, ISO dates); null for NULL. */
  readonly values: readonly (string | null)[];
}

/** Where rows go. The reader calls it with one batch at a time, in commit order. */
export interface RowSink {
  /**
   * Makes the rows durable, in this order for each key.
   *
   * Must resolve only when every row is durable (Kafka: `acks=all` from an idempotent producer): the reader then allows
   * the server to forget them. Must settle in bounded time. A rejection means "unknown": the reader hands in the same
   * batch again, so a row may be there twice, and never less than once. Throw {@link PermanentSinkError} to halt.
   */
  publish(rows: readonly RowAdded[]): Promise<void>;
}
