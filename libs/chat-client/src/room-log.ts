/** What a room's log keeps in order: changes numbered 1, 2, 3, … */
export interface Numbered {
  readonly seq: number;
}

/** Of those that came too early so many are kept; what is beyond is fetched when its turn comes. */
const MOST_WAITING = 1_000;

/**
 * The one order of a room, out of deliveries that may be lost, doubled, or overtaken. It has no socket and no clock: it is told what came, and says what comes next and
 * whether something is missing.
 */
export class RoomLog<Change extends Numbered> {
  #lastSeq: number | undefined;
  /** The highest number that has been heard of. */
  #knownSeq = 0;
  readonly #waiting = new Map<number, Change>();

  /** @param afterSeq the last number that is had already; without it the first tail tells where to begin */
  constructor(afterSeq?: number) {
    this.#lastSeq = afterSeq;
  }

  /** Everything up to it has been given out. Undefined before the first tail. */
  get lastSeq(): number | undefined {
    return this.#lastSeq;
  }

  /** There is more than has been given out: fetch what follows `lastSeq`. */
  get isBehind(): boolean {
    return this.#lastSeq !== undefined && this.#lastSeq < this.#knownSeq;
  }

  /** @returns what is next in order: nothing if it has been given out or came too early, else itself and whatever it was that waited for it */
  receive(change: Change): Change[] {
    this.#keep(change);
    return this.#nextOnes();
  }

  /** A stretch without a gap that the server has read, and the number at which the room then stood. @returns what is next in order */
  receiveTail(tail: { readonly lastSeq: number; readonly messages: readonly Change[] }): Change[] {
    this.standsAt(tail.lastSeq);
    this.#lastSeq ??= (tail.messages[0]?.seq ?? tail.lastSeq + 1) - 1;
    // One at a time: a long tail is given out as it is kept, and never too much to wait.
    return tail.messages.flatMap((change) => this.receive(change));
  }

  /** The room has come so far: what was lost at its end is missed by this alone. */
  standsAt(seq: number): void {
    this.#knownSeq = Math.max(this.#knownSeq, seq);
  }

  #keep(change: Change): void {
    this.standsAt(change.seq);
    const isNext = this.#lastSeq !== undefined && change.seq === this.#lastSeq + 1;
    if (change.seq > (this.#lastSeq ?? 0) && (isNext || this.#waiting.size < MOST_WAITING)) this.#waiting.set(change.seq, change);
  }

  #nextOnes(): Change[] {
    const next: Change[] = [];
    if (this.#lastSeq === undefined) return next;
    for (let change = this.#waiting.get(this.#lastSeq + 1); change; change = this.#waiting.get(this.#lastSeq + 1)) {
      this.#lastSeq = change.seq;
      this.#waiting.delete(change.seq);
      next.push(change);
    }
    return next;
  }
}
