import type { Client } from 'pg';
import { median } from '../percentiles.ts';
import type { ColumnType } from './columns.ts';

/** Rows a statement and transaction. */
const BATCH = 1_000;
const PAYLOAD = 'x'.repeat(32);
/** The part of the next rows that is also looked at alone: right after a checkpoint nearly every page that is touched is logged whole. */
export const FIRST = 0.1;

export interface Sizes {
  /** Inserted into the empty table. */
  readonly rows: number;
  /** Inserted after the checkpoint that follows. */
  readonly nextRows: number;
}

/** Numbers only: medians are taken field by field. */
export interface Measurement {
  /** Of the median statement, for what else the machine does stretches a part of them. */
  readonly rowsPerSecond: number;
  /** After the load, as the density. */
  readonly indexBytes: number;
  /** Percent of the leaf pages that is used. */
  readonly leafDensity: number;
  /** Bytes of log a row, of the load; of the next rows; and of the first tenth of these. */
  readonly loadWal: number;
  readonly nextWal: number;
  readonly firstWal: number;
  /** Pages of the index that were not in shared buffers, all in all. */
  readonly indexPagesRead: number;
}

export interface Source {
  readonly type: ColumnType;
  readonly nextId: () => string;
}

/** @param onProgress told how many rows are in */
export async function measure(client: Client, source: Source, { rows, nextRows }: Sizes, onProgress: (rows: number) => void): Promise<Measurement> {
  const collation = source.type === 'text' ? ' COLLATE "C"' : '';
  await client.query('DROP TABLE IF EXISTS item');
  await client.query(`CREATE TABLE item (id ${source.type}${collation} PRIMARY KEY, payload text NOT NULL)`);
  const empty = await checkpoint(client);
  const rowsPerSecond = await insert(client, source, rows, onProgress);
  const loaded = await counters(client);
  const { rows: [index] } = await client.query<{ bytes: number; density: number }>(
    `SELECT pg_relation_size('item_pkey')::float8 AS bytes, avg_leaf_density AS density FROM pgstatindex('item_pkey')`);
  const quiet = await checkpoint(client);
  const firstRows = Math.round(nextRows * FIRST);
  await insert(client, source, firstRows, (done) => onProgress(rows + done));
  const first = await counters(client);
  await insert(client, source, nextRows - firstRows, (done) => onProgress(rows + firstRows + done));
  const full = await counters(client);
  const { rows: [table] } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM item');
  if (!index || table?.count !== rows + nextRows) throw new Error(`The table holds ${table?.count} rows, not ${rows + nextRows}.`);
  return {
    rowsPerSecond,
    indexBytes: index.bytes,
    leafDensity: index.density,
    loadWal: walBetween(empty, loaded) / rows,
    nextWal: walBetween(quiet, full) / nextRows,
    firstWal: walBetween(quiet, first) / firstRows,
    indexPagesRead: loaded.pagesRead - empty.pagesRead + full.pagesRead - quiet.pagesRead,
  };
}

/** @returns rows a second, without the time in which the ids were made */
async function insert(client: Client, { type, nextId }: Source, rows: number, onProgress: (rows: number) => void): Promise<number> {
  const statement = { name: `insert-${type}`, text: `INSERT INTO item SELECT id, $2 FROM unnest($1::${type}[]) AS id` };
  const rates: number[] = [];
  for (let done = 0; done < rows; onProgress(done)) {
    const batch: string[] = [];
    for (const end = Math.min(done + BATCH, rows); done < end; done++) batch.push(nextId());
    const values = [`{${batch.join(',')}}`, PAYLOAD];
    const start = performance.now();
    await client.query({ ...statement, values });
    rates.push((batch.length / (performance.now() - start)) * 1_000);
  }
  return median(rates);
}

interface Counters {
  /** Bytes of log since the beginning. */
  readonly wal: number;
  readonly pagesRead: number;
  /** Where the latest one is in the log. */
  readonly checkpoint: string;
}

async function checkpoint(client: Client): Promise<Counters> {
  await client.query('CHECKPOINT');
  return counters(client);
}

async function counters(client: Client): Promise<Counters> {
  await client.query('SELECT pg_stat_force_next_flush()');
  const { rows: [row] } = await client.query<Counters>(`
    SELECT (pg_current_wal_lsn() - '0/0')::float8 AS wal,
           (SELECT idx_blks_read::float8 FROM pg_statio_user_indexes WHERE indexrelname = 'item_pkey') AS "pagesRead",
           (SELECT checkpoint_lsn::text FROM pg_control_checkpoint()) AS checkpoint`);
  if (!row) throw new Error('No counters.');
  return row;
}

/** @throws Error when pages were logged whole for another checkpoint than the one that was asked for */
function walBetween(before: Counters, after: Counters): number {
  if (after.checkpoint !== before.checkpoint) throw new Error('A checkpoint came in between: the bytes of log would mean something else.');
  return after.wal - before.wal;
}
