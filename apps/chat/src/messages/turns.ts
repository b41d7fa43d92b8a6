/** What came of one item: its result, or why it alone has none. */
export type Outcome<R> = { readonly result: R } | { readonly error: unknown };

interface Waiting<T, R> {
  readonly item: T;
  readonly settle: (outcome: Outcome<R>) => void;
}

/**
 * Writes what comes for a key in turns: while one batch is being written, the next one gathers, so that a crowd at one row holds one
 * connection instead of all, and pays for one commit. Whoever comes alone waits for nobody (group commit, as PostgreSQL's log does it).
 */
export class Turns<T, R> {
  private readonly gathering = new Map<string, Waiting<T, R>[]>();

  /**
   * @param write never called for a key before its last call has settled; outcomes in the order of the items. If it rejects, so does each item
   * @param most items of a batch
   */
  constructor(
    private readonly write: (key: string, items: readonly T[]) => Promise<readonly Outcome<R>[]>,
    private readonly most: number,
  ) {}

  take(key: string, item: T): Promise<R> {
    const settled = new Promise<R>((resolve, reject) => {
      const waiting = { item, settle: (outcome: Outcome<R>): void => ('error' in outcome ? reject(outcome.error) : resolve(outcome.result)) };
      const others = this.gathering.get(key);
      if (others) others.push(waiting);
      else {
        this.gathering.set(key, [waiting]);
        void this.drain(key);
      }
    });
    return settled;
  }

  private async drain(key: string): Promise<void> {
    for (let batch = this.next(key); batch.length > 0; batch = this.next(key)) {
      const outcomes = await this.outcomesOf(key, batch.map(({ item }) => item));
      batch.forEach(({ settle }, index) => settle(outcomes[index] ?? { error: new Error('An item of a batch has no outcome') }));
    }
    this.gathering.delete(key);
  }

  private next(key: string): Waiting<T, R>[] {
    return this.gathering.get(key)?.splice(0, this.most) ?? [];
  }

  private async outcomesOf(key: string, items: readonly T[]): Promise<readonly Outcome<R>[]> {
    try {
      return await this.write(key, items);
    } catch (error) {
      return items.map(() => ({ error }));
    }
  }
}
