import { setTimeout as sleep } from 'node:timers/promises';
import type { RowAdded, RowSink } from '../src/index';

/** Keeps the ids of what it was given; a test may put something before that. */
export class RecordingSink implements RowSink {
  readonly ids: string[] = [];
  readonly batchSizes: number[] = [];
  inFlight = 0;
  mostInFlight = 0;

  constructor(private readonly before: (rows: readonly RowAdded[]) => unknown = () => undefined) {}

  async publish(rows: readonly RowAdded[]): Promise<void> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      await this.before(rows);
      this.batchSizes.push(rows.length);
      this.ids.push(...rows.map(idOf));
    } finally {
      this.inFlight--;
    }
  }

  /** Without the repetitions that at-least-once allows. */
  get firstAppearances(): string[] {
    return [...new Set(this.ids)];
  }
}

export function idOf(row: RowAdded): string {
  return row.values[row.relation.columns.findIndex(({ name }) => name === 'aggregateid')] ?? '';
}

/** Waits until the condition holds; fails with the last value seen. */
export async function eventually(condition: () => unknown, timeoutMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(10)) {
    if (await condition()) return;
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${condition.toString()}`);
  }
}
