import type { RecordedAuditEntry } from './audit-entry';
import type { LetterState } from './dead-letter';

/** Entries of one letter that are kept for its page; a letter has two, unless its replay was interrupted. */
const MAX_TRAIL = 20;

/** What the audit trail says of one letter. */
export interface Fate {
  readonly replayRequestedAt: string | null;
  readonly outcome: Exclude<LetterState, 'open'> | null;
  readonly settledAt: string | null;
  /** Offsets of its latest entries. */
  readonly trail: readonly string[];
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };
type GrowingFate = Mutable<Fate> & { readonly trail: string[] };

/**
 * The audit trail by letter. Whole fates, about 0.5 KB each, are for the letters that are shown, and for as many that were not
 * read yet. Of every other settled letter its id remains, about 0.1 KB, for as long as its topic is there: Kafka may hold another
 * copy of it, which must not look open.
 */
export class Fates {
  private readonly whole = new Map<string, GrowingFate>();
  /** Letters that are settled, and of which nothing else is known. */
  private readonly settled = new Set<string>();

  /** @param capacity letters that are shown at most */
  constructor(private readonly capacity: number) {}

  /**
   * Takes an entry, also one that was taken before.
   *
   * @param isShown which letters need their fate whole
   */
  record({ letter: id, action, at, offset }: RecordedAuditEntry, isShown: (id: string) => boolean): void {
    if (this.settled.has(id)) return;
    const fate = this.whole.get(id) ?? { replayRequestedAt: null, outcome: null, settledAt: null, trail: [] };
    this.whole.set(id, fate);
    if (!fate.trail.includes(offset)) fate.trail.push(offset);
    if (fate.trail.length > MAX_TRAIL) fate.trail.shift();
    if (action === 'replay-requested') {
      fate.replayRequestedAt = at;
    } else if (fate.outcome !== 'replayed') {
      // What two operators did at the same time is in the trail; of the two, the replay is what others may have seen.
      [fate.outcome, fate.settledAt] = [action, at];
    }
    if (this.whole.size > 2 * this.capacity) this.reduceOldest(isShown);
  }

  /** Undefined if the trail has nothing of it, or its fate was reduced. */
  of(id: string): Fate | undefined {
    return this.whole.get(id);
  }

  /** Whether it is known of a letter that it is settled, and no more. */
  isReduced(id: string): boolean {
    return this.settled.has(id);
  }

  /** Keeps of a letter that is not shown any more only that it is settled, if it is. */
  reduce(id: string): void {
    if (this.whole.get(id)?.outcome) this.settled.add(id);
    this.whole.delete(id);
  }

  /** Forgets letters altogether. Should they come back, the trail has to be read again from its beginning. */
  forget(isGone: (id: string) => boolean): void {
    for (const ids of [this.whole, this.settled]) {
      for (const id of ids.keys()) if (isGone(id)) ids.delete(id);
    }
  }

  /** How many fates are kept whole, and of how many letters only that they are settled. */
  get size(): { readonly whole: number; readonly settled: number } {
    return { whole: this.whole.size, settled: this.settled.size };
  }

  /** Those shown are no more than half, so this makes room for many. One that was not settled is open without it, too. */
  private reduceOldest(isShown: (id: string) => boolean): void {
    for (const id of this.whole.keys()) {
      if (this.whole.size <= this.capacity) return;
      if (!isShown(id)) this.reduce(id);
    }
  }
}
