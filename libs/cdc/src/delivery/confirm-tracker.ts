/**
 * Knows which position may be confirmed to the server, which then forgets everything before it.
 *
 * Invariants:
 * - Only the end of a commit is confirmed, and only once every row of it and of all commits before it is durable.
 *   (Positions of rows will not do: they are not monotonic, and rows of one statement may share one.)
 * - A keepalive's position is adopted only while no transaction is open and nothing is pending: then every commit before
 *   it has been read. It is what moves the slot of an idle database.
 * - What is confirmed never goes back.
 */
export class ConfirmTracker {
  private readonly commits: { lastRow: number; readonly endLsn: bigint }[] = [];
  private head = 0;
  private lastRow = 0;
  private durableRow = 0;
  private open = false;
  private confirmed: bigint;

  /** @param confirmedLsn where the slot stands when the connection starts. */
  constructor(confirmedLsn: bigint) {
    this.confirmed = confirmedLsn;
  }

  get confirmedLsn(): bigint {
    return this.confirmed;
  }

  begin(): void {
    this.open = true;
  }

  /** Counts a row in; returns its number, which {@link durable} takes. */
  row(): number {
    return ++this.lastRow;
  }

  commit(endLsn: bigint): void {
    this.open = false;
    if (this.durableRow === this.lastRow) {
      this.advance(endLsn);
      return;
    }
    const tail = this.commits.length > this.head ? this.commits[this.commits.length - 1] : undefined;
    // A commit without rows waits for the same row as the one before it; it replaces that one, so the queue is never
    // longer than the rows in memory.
    if (tail?.lastRow === this.lastRow) this.commits.pop();
    this.commits.push({ lastRow: this.lastRow, endLsn });
  }

  /** Every row up to and including this number is durable. */
  durable(row: number): void {
    this.durableRow = row;
    for (let commit = this.commits[this.head]; commit && commit.lastRow <= row; commit = this.commits[this.head]) {
      this.advance(commit.endLsn);
      this.head++;
    }
    if (this.head > 1024 && this.head * 2 > this.commits.length) {
      this.commits.splice(0, this.head);
      this.head = 0;
    }
  }

  keepalive(lsn: bigint): void {
    if (!this.open && this.durableRow === this.lastRow) this.advance(lsn);
  }

  private advance(lsn: bigint): void {
    if (lsn > this.confirmed) this.confirmed = lsn;
  }
}
