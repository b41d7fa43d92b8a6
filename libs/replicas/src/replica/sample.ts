import type { Client } from 'pg';
import { parseLsn, type Lsn } from '../position/lsn';

/** Where a server was. */
export interface Sample {
  /** When it was asked and when it answered (ms, monotonic). */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** Replayed, of a standby; flushed, of a primary. */
  readonly lsn: Lsn;
  /** Received, of a standby that has been streaming. */
  readonly received: Lsn | undefined;
  /** The last place that it replayed before it was promoted, of a primary that was. */
  readonly replayed: Lsn | undefined;
  readonly timeline: number;
  readonly standby: boolean;
  readonly systemId: string;
  /** One run of the server: a later one may show less, since what was replayed in memory only is replayed again. */
  readonly life: string;
}

/**
 * The postmaster's start is not enough: when a backend is killed the postmaster stays, and everything else starts again, recovery included. The statistics are
 * reset then. (Whoever resets them by hand begins another life too, which is harmless.)
 */
export const LIFE = "pg_postmaster_start_time()::text || '/' || coalesce(pg_stat_get_bgwriter_stat_reset_time()::text, '')";

// Never pg_current_wal_insert_lsn: it may point past the header of a page that an idle server does not write, and nobody ever gets there.
// With synchronous_commit = off a commit is seen before it is flushed: such transactions are not covered.
// A standby's timeline: of its last restart point, or of what it receives (shown to members of pg_read_all_stats).
const SELECT = `
  SELECT pg_is_in_recovery() AS standby,
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END)::text AS lsn,
    pg_last_wal_receive_lsn()::text AS received,
    pg_last_wal_replay_lsn()::text AS replayed,
    (CASE WHEN pg_is_in_recovery()
      THEN greatest((SELECT timeline_id FROM pg_control_checkpoint()), (SELECT received_tli FROM pg_stat_wal_receiver))
      ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer END) AS timeline,
    (SELECT system_identifier::text FROM pg_control_system()) AS "systemId",
    ${LIFE} AS life`;

interface Row {
  readonly standby: boolean;
  readonly lsn: string | null;
  readonly received: string | null;
  readonly replayed: string | null;
  readonly timeline: number;
  readonly systemId: string;
  readonly life: string;
}

export async function takeSample(client: Client): Promise<Sample> {
  const askedAt = performance.now();
  const { rows } = await client.query<Row>(SELECT);
  const [row] = rows;
  if (!row) throw new Error('The server did not say where it is.');
  return { ...row, lsn: lsnOf(row.lsn) ?? 0n, received: lsnOf(row.received), replayed: lsnOf(row.replayed), askedAt, answeredAt: performance.now() };
}

function lsnOf(text: string | null): Lsn | undefined {
  return text === null ? undefined : parseLsn(text);
}

/**
 * What a server has shown at most before it was asked. A standby shows a commit a moment before it counts it as replayed: unless nothing is
 * left to replay, the next record may have been shown too, and whoever has got beyond `lsn` has it. Undefined: it does not say what it still has to replay.
 */
export function mostShown({ standby, lsn, received }: Sample): Lsn | undefined {
  if (!standby || received === lsn) return lsn;
  return received !== undefined && received > lsn ? lsn + 1n : undefined;
}
