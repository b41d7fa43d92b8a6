import type { Relation, RowTransaction } from '../row-added';

/** Takes what the decoder finds, in the order of the log: begin, rows, commit; messages in between. */
export interface LogHandler {
  begin(transaction: RowTransaction): void;
  row(relation: Relation, values: (string | null)[]): void;
  /** @param endLsn position right after the commit: the only kind of position that may be confirmed. */
  commit(endLsn: bigint): void;
  /** A message of `pg_logical_emit_message`. */
  message(prefix: string, content: string): void;
}
