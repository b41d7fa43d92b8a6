import type { DataSource } from 'typeorm';

/** Few enough that a batch takes some milliseconds and a standby can follow. */
const BATCH = 1_000;

const FORGET = `
  DELETE FROM inbox WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox WHERE consumer = $1 AND processed_at < $2
    ORDER BY processed_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`;

/**
 * Deletes what a consumer has remembered since before `cutoff`, in batches that commit one by one. Other consumers' rows
 * are theirs to forget. A service without an inbox has nothing to forget.
 *
 * @param onBatch told the number of rows of each batch, once they are gone
 */
export async function forgetInboxRows(
  dataSource: DataSource,
  consumer: string,
  cutoff: Date,
  signal: AbortSignal,
  onBatch: (rows: number) => void,
): Promise<void> {
  const [table]: { exists: boolean }[] = await dataSource.query(`SELECT to_regclass('inbox') IS NOT NULL AS exists`);
  if (!table?.exists) return;
  for (let deleted = BATCH; deleted === BATCH && !signal.aborted; ) {
    [, deleted] = await dataSource.query<[unknown[], number]>(FORGET, [consumer, cutoff]);
    onBatch(deleted);
  }
}
