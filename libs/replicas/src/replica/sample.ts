import type { Client } from 'pg';
import { parseLsn, type Lsn } from '../position/lsn';

/** Where a server was. */
export interface Sample {
  /** When it was asked and when it answered (ms, monotonic). */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** Replayed, of a standby; flushed, of a primary. */
  readonly lsn: Lsn;
  readonly timeline: number;
  readonly standby: boolean;
  readonly systemId: string;
  /** A server that was restarted may show less than before: what it had replayed in memory is replayed again. */
  readonly startedAt: string;
}

// Never pg_current_wal_insert_lsn: it may point past the header of a page that an idle server does not write, and nobody ever gets there.
// A standby's timeline: of its last restart point, or of what it receives (shown to members of pg_read_all_stats).
const SELECT = `
  SELECT pg_is_in_recovery() AS standby,
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END)::text AS lsn,
    (CASE WHEN pg_is_in_recovery()
      THEN greatest((SELECT timeline_id FROM pg_control_checkpoint()), (SELECT received_tli FROM pg_stat_wal_receiver))
      ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer END) AS timeline,
    (SELECT system_identifier::text FROM pg_control_system()) AS "systemId",
    pg_postmaster_start_time()::text AS "startedAt"`;

interface Row {
  readonly standby: boolean;
  readonly lsn: string | null;
  readonly timeline: number;
  readonly systemId: string;
  readonly startedAt: string;
}

export async function takeSample(client: Client): Promise<Sample> {
  const askedAt = performance.now();
  const { rows } = await client.query<Row>(SELECT);
  const [row] = rows;
  if (!row) throw new Error('The server did not say where it is.');
  return { ...row, lsn: row.lsn === null ? 0n : parseLsn(row.lsn), askedAt, answeredAt: performance.now() };
}
