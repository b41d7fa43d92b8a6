import { parseLsn } from './lsn';
import type { Position } from './position';

/** Columns of a SELECT on the primary: up to where its log is flushed, and the file whose name begins with the timeline. */
export const FLUSHED = 'pg_current_wal_flush_lsn()::text AS lsn, pg_walfile_name(pg_current_wal_flush_lsn()) AS file';

export interface FlushedRow {
  readonly lsn: string;
  readonly file: string;
}

export function positionOf({ lsn, file }: FlushedRow): Position {
  return { timeline: Number.parseInt(file.slice(0, 8), 16), lsn: parseLsn(lsn) };
}
