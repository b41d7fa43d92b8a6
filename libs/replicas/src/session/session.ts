import { later, type Position } from '../position/position';
import type { Replica } from '../replica/replica';

/** What one consistency id has been shown and has written. */
export class Session {
  /** The least state that its reads may show. */
  read: Position | undefined;
  /**
   * The server (by incarnation) that has shown all of `read` itself: it only goes on, so that the session may return there at once, though `read`, a
   * bound from above, is beyond what that server says of itself.
   */
  readFrom: string | undefined;
  /** The least state that holds its writes. */
  written: Position | undefined;
  /** Servers that it has read from, by incarnation, and when (ms, monotonic): how far they were then is found out only when it matters. */
  readonly shown = new Map<string, number>();
  /** Marks of timelines that have ended, the furthest of each, until it is known whether the new one has them. */
  stranded: Position[] = [];
  /** As far as any server that it has read from is known to have been. `read` may be beyond: by what a token says. */
  #settled: Position | undefined;
  /** How many streams are open, by incarnation. */
  readonly #streams = new Map<string, number>();
  /** When the first of them began whose place is not settled: what it has shown since may be of an earlier timeline. */
  readonly streamedSince = new Map<string, number>();
  #writesInFlight = 0;
  #writesEnded = 0;
  #writesPlaced = 0;
  /** Ranked once for each set of replicas: two hashes are a large part of what a routed read costs. */
  preference: { readonly among: readonly Replica[]; readonly order: readonly Replica[] } | undefined;

  constructor(readonly id: string) {}

  /** It has shown and written nothing itself: what it knows is what a token says. */
  get isBlank(): boolean {
    return (this.#settled ?? this.written) === undefined && this.shown.size === 0 && this.#writesInFlight + this.#writesEnded === 0;
  }

  /** @param shownBy the server that has shown everything up to there to this session, if it was one */
  haveRead(position: Position, shownBy?: string): void {
    this.#strand(this.read, position);
    this.read = later(this.read, position);
    // At an equal place too: what lies just before it may have been shown by the one server and not yet by the other (`mostShown`).
    if (this.read === position) this.readFrom = shownBy;
  }

  /** Reads from a server have shown so much at most. */
  haveSettled(position: Position, shownBy: string | undefined): void {
    this.#settled = later(this.#settled, position);
    this.haveRead(position, shownBy);
  }

  haveWritten(position: Position): void {
    this.#strand(this.written, position);
    this.written = later(this.written, position);
  }

  /** Never earlier than what another read has noted meanwhile. */
  haveBeenShown(incarnation: string, at: number): void {
    this.shown.set(incarnation, Math.max(this.shown.get(incarnation) ?? at, at));
  }

  /** What was shown until then is settled: only if nothing was shown meanwhile, and no stream is open, which goes on. */
  forgetShown(incarnation: string, at: number): void {
    if (this.shown.get(incarnation) !== at || this.#streams.has(incarnation)) return;
    this.shown.delete(incarnation);
    this.streamedSince.delete(incarnation);
  }

  /** A stream goes on to show what nobody knows yet. @returns to be called when it is over */
  beginStream(incarnation: string): () => void {
    this.#streams.set(incarnation, (this.#streams.get(incarnation) ?? 0) + 1);
    this.shown.set(incarnation, Number.POSITIVE_INFINITY);
    if (!this.streamedSince.has(incarnation)) this.streamedSince.set(incarnation, performance.now());
    return () => {
      const others = (this.#streams.get(incarnation) ?? 1) - 1;
      if (others > 0) this.#streams.set(incarnation, others);
      else {
        this.#streams.delete(incarnation);
        this.shown.set(incarnation, performance.now());
      }
    };
  }

  /** @returns to be called when the write has ended, with its place if that is known. One that has failed may have been done all the same. */
  beginWrite(): (place?: Position) => void {
    this.#writesInFlight += 1;
    return (place) => {
      this.#writesInFlight -= 1;
      if (place) this.haveWritten(place);
      else this.#writesEnded += 1;
    };
  }

  /** It is known how far the primary was after each of them. */
  get writesArePlaced(): boolean {
    return this.#writesInFlight === 0 && this.#writesEnded === this.#writesPlaced;
  }

  /** Takes the primary's place for that of the writes that have ended; those under way, and those that end meanwhile, are asked for again. */
  async placeWrites(primaryPosition: () => Promise<Position>): Promise<void> {
    if (this.writesArePlaced) return;
    const ended = this.#writesEnded;
    this.haveWritten(await primaryPosition());
    this.#writesPlaced = Math.max(this.#writesPlaced, ended);
  }

  /** Both marks, or what a promotion has left of them. */
  mark(read: Position | undefined, written: Position | undefined): void {
    if (read !== this.read) this.readFrom = undefined;
    this.read = read;
    this.written = written;
  }

  /** Places of another timeline say nothing any more. What was shown stays: nobody knows yet how far that was. */
  startAgainFrom(position: Position): void {
    // What was shown or committed since the primary was asked stays. What a token has told does not: it may be a place to come.
    this.mark(later(this.#settled, position), later(this.written, position));
  }

  /** Of two timelines the newer one's place is the mark. The other one may have survived and be further. */
  #strand(mark: Position | undefined, by: Position): void {
    if (!mark || mark.timeline === by.timeline) return;
    const older = mark.timeline < by.timeline ? mark : by;
    const furthest = this.stranded.reduce((most, each) => (each.timeline === most.timeline && each.lsn > most.lsn ? each : most), older);
    this.stranded = [...this.stranded.filter(({ timeline }) => timeline !== older.timeline), furthest];
  }
}
