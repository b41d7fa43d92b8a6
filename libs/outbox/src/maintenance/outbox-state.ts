import type { DataSource } from 'typeorm';
import { readPartitions } from './partitions';
import { takeStep } from './take-step';

/** Rows of the default partition are counted up to here. */
const COUNTED = 100_000;

export interface OutboxState {
  readonly partitions: number;
  /** At most 100,000. */
  readonly defaultRows: number;
  /** When the day of the oldest partition ended, whether it still belongs to the table or only waits to be dropped. */
  readonly oldestEnd: Date | null;
}

const STRAYS = `SELECT count(*)::integer AS count FROM (SELECT FROM outbox_default LIMIT ${COUNTED}) AS stray`;
const OLDEST_RETIRING = 'SELECT min(ends_at) AS "endsAt" FROM outbox_retirement';

export function readOutboxState(dataSource: DataSource): Promise<OutboxState> {
  return takeStep(dataSource, async (manager) => {
    const partitions = await readPartitions(manager);
    const [strays]: { count: number }[] = await manager.query(STRAYS);
    const [retiring]: { endsAt: Date | null }[] = await manager.query(OLDEST_RETIRING);
    const ends = [partitions[0]?.to, retiring?.endsAt].filter((end) => end instanceof Date);
    return {
      partitions: partitions.length,
      defaultRows: strays?.count ?? 0,
      oldestEnd: ends.toSorted((left, right) => left.getTime() - right.getTime())[0] ?? null,
    };
  });
}
