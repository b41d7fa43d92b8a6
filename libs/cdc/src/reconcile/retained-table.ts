import { escapeIdentifier, type Client } from 'pg';
import { SET_TEXT_FORM } from '../replication/text-form';
import type { Relation, RowAdded } from '../row-added';

/** Rows a round trip: outbox rows are small, and a hundred of the largest allowed still fit into memory. */
const FETCH_ROWS = 100;
const CURSOR = 'madang_reconcile';

interface ColumnRow {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly oid: number;
}

/** What the log would send of an insert: all columns but the dropped and the generated ones. */
const COLUMNS_QUERY = `
  SELECT current_database() AS database, n.nspname AS schema, c.relname AS table, a.attname AS name, a.atttypid AS oid
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname || '.' || c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   ORDER BY a.attnum`;

/** The text form of each value, as it is. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/** A retained row, in the form in which the log would have sent it. */
export interface RetainedRow {
  readonly id: string;
  readonly row: RowAdded;
  readonly bytes: number;
}

/**
 * Reads the retained outbox table through a cursor, in one snapshot, each aggregate's rows in the order of their versions.
 * Only what {@link FETCH_ROWS} says is in memory; the server sorts on its disk if it must.
 *
 * @param client in no transaction; its settings are changed
 * @param relation of {@link relationOf}
 */
export async function* readRetained(client: Client, relation: Relation): AsyncGenerator<RetainedRow> {
  await client.query(SET_TEXT_FORM);
  await client.query('SET idle_in_transaction_session_timeout TO 0; SET statement_timeout TO 0'); // a broker may be slow
  const id = relation.columns.findIndex(({ name }) => name === 'id');
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await client.query<{ lsn: string; at: string }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS lsn, (extract(epoch FROM now()) * 1000000)::bigint AS at`,
  );
  // One transaction stands for all, as in Debezium's snapshots: that of the reading.
  const transaction = { xid: 0, commitTimeUs: Number(rows[0]?.at), previousCommitLsn: null };
  const lsn = BigInt(rows[0]?.lsn ?? 0);
  const columns = relation.columns.map(({ name }) => escapeIdentifier(name)).join(', ');
  const from = `${escapeIdentifier(relation.schema)}.${escapeIdentifier(relation.table)}`;
  const order = 'aggregatetype, aggregateid, aggregateversion';
  await client.query(`DECLARE ${CURSOR} NO SCROLL CURSOR FOR SELECT ${columns} FROM ${from} ORDER BY ${order}`);
  for (;;) {
    const fetch = { text: `FETCH ${FETCH_ROWS} FROM ${CURSOR}`, rowMode: 'array' as const, types: AS_TEXT };
    const { rows: fetched } = await client.query<(string | null)[]>(fetch);
    if (fetched.length === 0) break;
    for (const values of fetched) {
      const bytes = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
      yield { id: values[id] ?? '', row: { relation, transaction, lsn, values }, bytes };
    }
  }
  await client.query('COMMIT');
}

/**
 * @param table `schema.table`
 * @throws Error if there is no such table, or it may not be read
 */
export async function relationOf(client: Client, table: string): Promise<Relation> {
  const { rows } = await client.query<ColumnRow>(COLUMNS_QUERY, [table]);
  const [first] = rows;
  if (!first) throw new Error(`There is no table ${table} to reconcile.`);
  const columns = rows.map(({ name, oid }) => ({ name, typeOid: oid }));
  await client.query(`SELECT FROM ${escapeIdentifier(first.schema)}.${escapeIdentifier(first.table)} LIMIT 0`);
  return { database: first.database, schema: first.schema, table: first.table, columns };
}
