import { later, type Position } from '../position/position';
import type { Replica } from '../replica/replica';

/** What one consistency id has been shown and has written. */
export class Session {
  /** The least state that its reads may show. */
  read: Position | undefined;
  /** The least state that holds its writes. */
  written: Position | undefined;
  /** Servers that it has read from, by incarnation, and when (ms, monotonic): how far they were then is found out only when it matters. */
  readonly shown = new Map<string, number>();
  /** A write was acknowledged whose place in the log nobody has asked for yet. */
  wrote = false;
  /** Ranked once for each set of replicas: two hashes are a large part of what a routed read costs. */
  preference: { readonly among: readonly Replica[]; readonly order: readonly Replica[] } | undefined;

  constructor(readonly id: string) {}

  haveRead(position: Position): void {
    this.read = later(this.read, position);
  }

  haveWritten(position: Position): void {
    this.written = later(this.written, position);
  }

  /** A new timeline: places of the old one say nothing any more. */
  startAgainFrom(position: Position): void {
    this.read = position;
    this.written = position;
    this.shown.clear();
  }
}
