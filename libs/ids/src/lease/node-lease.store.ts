/** Durations only: the one clock that a store compares with is its own. */
export interface LeaseTerms {
  readonly ttlMs: number;
  /** How long a node id is left alone after its lease has ended or was given back. */
  readonly restMs: number;
  readonly maxClockSkewMs: number;
  /** By how much a generator may run ahead of its wall clock. */
  readonly issueAheadMs: number;
}

export interface LeaseRequest {
  readonly pool: string;
  readonly minNodeId: number;
  readonly maxNodeId: number;
  /** Unique a lease: by it, too, a store that has forgotten what it granted (and grants a token twice) is noticed at the next renewal. */
  readonly holder: string;
  readonly terms: LeaseTerms;
}

export interface LeaseGrant {
  readonly nodeId: number;
  readonly fencingToken: bigint;
  /** The high-water mark of the earlier holders: only later timestamps are free. 0 for a node id that nobody has had. */
  readonly notBefore: number;
  /** The new high-water mark, stored before anything is issued. */
  readonly mayIssueUntil: number;
}

export interface HeldLease {
  readonly pool: string;
  readonly nodeId: number;
  readonly fencingToken: bigint;
  readonly holder: string;
  readonly terms: LeaseTerms;
}

/**
 * Where leases are kept. Each operation is atomic and, once answered, durable. What every implementation keeps:
 *
 * - A node id is granted only when its store's clock has passed both the end of its last lease plus the rest, and its
 *   high-water mark plus the skew (so that a holder within the skew can issue at once).
 * - Each grant of a node id has a greater fencing token. Tokens and marks are never forgotten, nor is a mark lowered by a renewal.
 * - With a grant and a renewal the mark becomes at least now + ttl + maxClockSkew + issueAhead: all that the holder may issue
 *   before it must ask again. Thus the timestamps of two holders of a node id never overlap, even if the leases did.
 */
export interface NodeLeaseStore {
  /** `undefined`: none is free. */
  acquire(request: LeaseRequest): Promise<LeaseGrant | undefined>;
  /** The mark; `undefined`: refused, since the lease has ended or another holder has the node id. */
  renew(lease: HeldLease): Promise<number | undefined>;
  /**
   * Ends the lease if it is still this holder's; the rest begins.
   * @param issuedUntil no id has a later timestamp: the mark goes down to it
   */
  release(lease: HeldLease, issuedUntil: number): Promise<void>;
}
