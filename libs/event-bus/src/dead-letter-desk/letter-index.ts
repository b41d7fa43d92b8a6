import type { RecordedAuditEntry } from './audit-entry';
import { byOriginalOrder, type DeadLetter, laneOf, type LetterFilter, type LetterPlace, type LetterState, type LetterStatus, matches } from './dead-letter';
import { Fates } from './fates';

/** Settled letters are shown as long as the index is no fuller than this; the rest is for open ones. */
const ROOM_FOR_SETTLED = 0.9;

/** Where a page of a list goes on: after the letter with this time of death and id. */
export interface LetterPosition {
  readonly deadAt: string;
  readonly id: string;
}

/**
 * The letters and their states, as far as the dead-letter topics and the audit trail have been read. Holds no value and no
 * header. Order of reading does not matter: an entry may come before its letter.
 */
export class LetterIndex {
  private readonly letters = new Map<string, DeadLetter>();
  private readonly fates: Fates;
  /** Open letters by lane; those that are settled or gone since leave a lane when it is looked at. */
  private readonly lanes = new Map<string, DeadLetter[]>();
  private sorted: DeadLetter[] | undefined;

  /** @param capacity letters that are held at most; settled ones make room for others */
  constructor(private readonly capacity: number) {
    this.fates = new Fates(capacity);
  }

  /** Whether another letter can be taken; makes room if it can. */
  hasRoom(): boolean {
    if (this.letters.size < this.capacity) return true;
    const settled = [...this.letters.keys()].filter((id) => this.stateOf(id) !== 'open');
    for (const id of settled) this.remove(id);
    if (settled.length > 0) for (const lane of this.lanes.keys()) this.openOf(lane);
    return this.letters.size < this.capacity;
  }

  /** A copy of a letter that is known changes nothing, nor does one of a letter that was settled and has made room. */
  add(letter: DeadLetter): void {
    if (this.letters.has(letter.id) || this.fates.isReduced(letter.id)) return;
    const isOpen = this.stateOf(letter.id) === 'open';
    if (!isOpen && this.letters.size >= this.capacity * ROOM_FOR_SETTLED) {
      this.fates.reduce(letter.id);
      return;
    }
    this.letters.set(letter.id, letter);
    this.sorted = undefined;
    if (isOpen) this.open(letter);
  }

  /** Takes an entry, also one that was taken before. */
  record(entry: RecordedAuditEntry): void {
    this.fates.record(entry, (id) => this.letters.has(id));
  }

  /** Forgets the letters of a topic that are gone from it. @returns those that nobody had settled */
  forget(isGone: (place: LetterPlace) => boolean): string[] {
    const gone = [...this.letters.values()].filter(({ place }) => isGone(place));
    const unsettled = gone.filter(({ id }) => this.stateOf(id) === 'open').map(({ id }) => id);
    for (const { id } of gone) this.remove(id);
    return unsettled;
  }

  /**
   * Forgets what became of letters whose topics are gone, read or not. Should a topic come back, its letters look open until the
   * trail is read again from its beginning.
   */
  forgetFates(isGone: (id: string) => boolean): void {
    this.fates.forget(isGone);
  }

  find(id: string): LetterStatus | undefined {
    const letter = this.letters.get(id);
    return letter && this.status(letter);
  }

  /** Offsets of a letter's entries in the audit trail, the latest 20. */
  trailOf(id: string): readonly string[] {
    return this.fates.of(id)?.trail ?? [];
  }

  /** Letters of a state in the order in which they died. */
  list(state: LetterState, filter: LetterFilter, limit: number, after?: LetterPosition): LetterStatus[] {
    const found: LetterStatus[] = [];
    this.sorted ??= [...this.letters.values()].sort(byDeath);
    for (const letter of this.sorted) {
      if (found.length >= limit) break;
      if (after && byDeath(letter, after) <= 0) continue;
      if (this.stateOf(letter.id) === state && matches(letter, filter)) found.push(this.status(letter));
    }
    return found;
  }

  /** Open letters that came before this one in its lane, in order. */
  earlierOpen(letter: DeadLetter): DeadLetter[] {
    return this.openOf(laneOf(letter)).filter((other) => byOriginalOrder(other, letter) < 0);
  }

  /**
   * The open letters that match, lane by lane, each lane in order and only up to the first letter of it that does not
   * match: going past that one would break the order.
   */
  replayable(filter: LetterFilter): { readonly lanes: DeadLetter[][]; readonly heldBack: number } {
    const lanes: DeadLetter[][] = [];
    let heldBack = 0;
    for (const lane of this.lanes.keys()) {
      const open = this.openOf(lane);
      const stop = open.findIndex((letter) => !matches(letter, filter));
      const ready = stop < 0 ? open : open.slice(0, stop);
      if (ready.length > 0) lanes.push(ready);
      heldBack += open.slice(ready.length).filter((letter) => matches(letter, filter)).length;
    }
    return { lanes, heldBack };
  }

  /** Open letters by topic, group and code. */
  countOpen(): { readonly topic: string; readonly group: string; readonly code: string; readonly count: number }[] {
    const counts = new Map<string, { topic: string; group: string; code: string; count: number }>();
    for (const { id, topic, group, code } of this.letters.values()) {
      if (this.stateOf(id) !== 'open') continue;
      const label = `${topic}\n${group}\n${code}`;
      const entry = counts.get(label) ?? { topic, group, code, count: 0 };
      entry.count += 1;
      counts.set(label, entry);
    }
    return [...counts.values()];
  }

  private stateOf(id: string): LetterState {
    return this.fates.of(id)?.outcome ?? 'open';
  }

  private status(letter: DeadLetter): LetterStatus {
    const fate = this.fates.of(letter.id);
    return { letter, state: this.stateOf(letter.id), replayRequestedAt: fate?.replayRequestedAt ?? null, settledAt: fate?.settledAt ?? null };
  }

  private openOf(lane: string): DeadLetter[] {
    const open = this.lanes.get(lane)?.filter((letter) => this.letters.get(letter.id) === letter && this.stateOf(letter.id) === 'open') ?? [];
    if (open.length === 0) this.lanes.delete(lane);
    else this.lanes.set(lane, open);
    return open.toSorted(byOriginalOrder);
  }

  private open(letter: DeadLetter): void {
    const lane = laneOf(letter);
    const open = this.lanes.get(lane);
    if (open) open.push(letter);
    else this.lanes.set(lane, [letter]);
  }

  private remove(id: string): void {
    this.letters.delete(id);
    this.fates.reduce(id);
    this.sorted = undefined;
  }
}

function byDeath(a: LetterPosition, b: LetterPosition): number {
  if (a.deadAt !== b.deadAt) return a.deadAt < b.deadAt ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
