/**
 * What a generator of Snowflakes or TSIDs needs: its node id, and whether it may still issue under it.
 *
 * Ask before each id, or once for a batch that is made without an `await` in between. Whoever says for which timestamp gets
 * both lines of defence: the lease has not ended, and the timestamp lies in the range that belongs to this holder alone. The
 * second holds even for a process that is paused between the question and the id.
 */
export interface NodeIdSource {
  readonly nodeId: number;
  /** Greater than that of every earlier holder of the same node id. */
  readonly fencingToken: bigint;
  /**
   * @param timestampMs the largest timestamp (ms since 1970) that is about to be put into an id; left out, the wall clock
   * counts, with the whole bound by which a generator may run ahead of it
   * @throws LeaseLostError when the lease has ended or is about to: for good, take a new one
   * @throws ClockOutsideLeaseError when the timestamp is not this holder's to issue: passes once the clock is right again
   */
  assertHeld(timestampMs?: number): void;
}
