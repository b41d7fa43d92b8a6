import type { Seen } from './history.ts';

/** A change as a person reads it. */
export function tell(change: Seen | undefined): string {
  return change ? `${change.seq} (${change.kind}, ${change.change}, ${change.id})` : 'nothing';
}
