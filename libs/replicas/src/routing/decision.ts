/** Why a read went where it went. */
export type Reason =
  /** The first choice of the id, and far enough. */
  | 'pinned'
  /** The first choice of the id was not far enough, and has caught up in time. */
  | 'waited'
  /** The first choice is out, or was too slow: another replica was far enough. */
  | 'another'
  /** `stale`: nothing was far enough in time, and the caller takes what there is. */
  | 'stale'
  /** Asked for. */
  | 'strong'
  /** A transaction is under way: what it reads, and what is read beside it, is the primary's. */
  | 'transaction'
  /** A replica refused it: it locks rows or writes. */
  | 'write'
  /** No replica was far enough in time. */
  | 'timeout'
  /** No replica is up. */
  | 'no-replica'
  /** What the session has seen or written is of another timeline and not known to have survived, or further than the primary. */
  | 'other-timeline'
  /** The read failed where it went first. */
  | 'retried';

export interface Decision {
  /** Name of the replica, or `primary`. */
  readonly target: string;
  readonly reason: Reason;
  readonly waitedMs: number;
  /** At most so much older than the primary; undefined where nobody knows. */
  readonly stalenessMs: number | undefined;
}
