/**
 * A slot beside the reader's own that says: a reconciliation has begun and not ended. It is a slot, not an advisory lock,
 * because it has to outlive a killed process and a failover, and needs no right but REPLICATION. Readers refuse to stream,
 * and to confirm, while it exists, so newer rows of an aggregate are not published before its older ones.
 */
export function markerOf(slot: string): string {
  return `${slot}_reconcile`;
}
