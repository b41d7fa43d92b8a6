import type { ClientBase } from 'pg';
import { parseLsn } from '../position/lsn';
import type { ConsistencyToken } from './consistency-tokens';

const SELECT = `
  SELECT pg_current_wal_flush_lsn()::text AS lsn, pg_walfile_name(pg_current_wal_flush_lsn()) AS file,
    (SELECT system_identifier::text FROM pg_control_system()) AS "systemId"`;

interface Row {
  readonly lsn: string;
  readonly file: string;
  readonly systemId: string;
}

/** Up to where a primary's log is flushed: at or beyond everything that anybody has seen committed before this call. */
export async function walPosition(primary: ClientBase): Promise<ConsistencyToken> {
  const { rows } = await primary.query<Row>(SELECT);
  const [row] = rows;
  if (!row) throw new Error('The server did not say where it is.');
  return { systemId: row.systemId, timeline: Number.parseInt(row.file.slice(0, 8), 16), lsn: parseLsn(row.lsn) };
}
