import type { Lsn } from './lsn';

/** A place in the history of a cluster. A promotion begins a new timeline, on which places of the old one say nothing certain. */
export interface Position {
  readonly timeline: number;
  readonly lsn: Lsn;
}

/** The later of two, the second of equal ones. Of two timelines the newer one: what the older one had beyond the fork is lost. */
export function later(a: Position | undefined, b: Position | undefined): Position | undefined {
  if (!a || !b) return a ?? b;
  if (a.timeline !== b.timeline) return a.timeline > b.timeline ? a : b;
  return a.lsn > b.lsn ? a : b;
}
