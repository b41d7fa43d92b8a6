import { UnavailableProblem } from '@madang/service-kit';

/** What came of one item: its result, or why it alone has none. */
export type Outcome<R> = { readonly result: R } | { readonly error: unknown };

interface Waiting<T, R> {
  readonly item: T;
  readonly settle: (outcome: Outcome<R>) => void;
}

export interface GroupCommitOptions {
  /** Items of a batch. */
  readonly most: number;
  /** Items that wait: while the database stands still, nobody is helped by a longer queue. */
  readonly mostWaiting: number;
}

/**
 * Writes one batch at a time: while it is being written, the next one gathers, so that a crowd pays for one commit, and the more there is to do, the less
 * each costs. Whoever comes alone waits for nobody (group commit, as PostgreSQL's log does it).
 */
export class GroupCommit<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private writing = false;

  /** @param write never called before its last call has settled; outcomes in the order of the items. If it rejects, so does each item */
  constructor(
    private readonly write: (items: readonly T[]) => Promise<readonly Outcome<R>[]>,
    private readonly options: GroupCommitOptions,
  ) {}

  /** @throws {UnavailableProblem} if too many wait already */
  take(item: T): Promise<R> {
    if (this.waiting.length >= this.options.mostWaiting) return Promise.reject(new UnavailableProblem('too-many-waiting', { detail: 'The database is behind. Try again shortly.' }));
    return new Promise<R>((resolve, reject) => {
      this.waiting.push({ item, settle: (outcome) => ('error' in outcome ? reject(outcome.error) : resolve(outcome.result)) });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    for (let batch = this.next(); batch.length > 0; batch = this.next()) {
      const outcomes = await this.outcomesOf(batch.map(({ item }) => item));
      batch.forEach(({ settle }, index) => settle(outcomes[index] ?? { error: new Error('An item of a batch has no outcome') }));
    }
    this.writing = false;
  }

  private next(): Waiting<T, R>[] {
    return this.waiting.splice(0, this.options.most);
  }

  private async outcomesOf(items: readonly T[]): Promise<readonly Outcome<R>[]> {
    try {
      return await this.write(items);
    } catch (error) {
      return items.map(() => ({ error }));
    }
  }
}
