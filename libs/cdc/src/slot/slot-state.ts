import type { ClientBase } from 'pg';
import { PublicationMissingError, SlotLostError, SlotMismatchError, SlotMissingError } from '../errors';
import { parseLsn } from '../lsn';

/** How the server sees a slot. */
export interface SlotState {
  readonly database: string;
  /** Process on the server that reads the slot; null when it is free. */
  readonly activePid: number | null;
  readonly confirmedLsn: bigint;
  /** Log that the server keeps because this slot has not confirmed it, in bytes. */
  readonly lagBytes: number;
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus: string;
  /** Bytes that can still be written before the slot is lost; null without `max_slot_wal_keep_size`. */
  readonly safeWalBytes: number | null;
}

interface SlotRow {
  readonly database: string;
  readonly has_publication: boolean;
  readonly slot: {
    readonly plugin: string | null;
    readonly database: string | null;
    readonly active_pid: number | null;
    readonly confirmed_flush_lsn: string | null;
    readonly wal_status: string | null;
    readonly safe_wal_size: number | null;
    readonly invalidation_reason?: string | null;
  } | null;
  readonly lag: string | null;
}

/** As JSON, because older servers lack some of the columns. */
const SLOT_QUERY = `
  SELECT current_database() AS database,
         EXISTS (SELECT FROM pg_publication WHERE pubname = $2) AS has_publication,
         to_jsonb(s) AS slot,
         pg_wal_lsn_diff(pg_current_wal_lsn(), s.confirmed_flush_lsn)::text AS lag
    FROM (VALUES (1)) AS one LEFT JOIN pg_replication_slots s ON s.slot_name = $1`;

/**
 * Looks the slot and the publication up, and refuses what would lose rows.
 *
 * @throws SlotMissingError, SlotMismatchError, SlotLostError, PublicationMissingError
 */
export async function readSlotState(client: ClientBase, slot: string, publication: string): Promise<SlotState> {
  const result = await client.query<SlotRow>(SLOT_QUERY, [slot, publication]);
  const row = result.rows[0];
  if (!row?.slot) throw new SlotMissingError(slot, row?.database ?? '');
  const found = row.slot;
  if (found.plugin !== 'pgoutput' || found.database !== row.database) {
    const kind = found.plugin === null ? 'a physical slot' : `a slot of plugin ${found.plugin}`;
    throw new SlotMismatchError(slot, `${kind} in database ${found.database ?? '(none)'}`);
  }
  const reason = found.invalidation_reason ?? (found.wal_status === 'lost' ? 'wal_removed' : null);
  if (reason !== null || found.confirmed_flush_lsn === null) throw new SlotLostError(slot, reason ?? 'no position');
  if (!row.has_publication) throw new PublicationMissingError(publication, row.database);
  return {
    database: row.database,
    activePid: found.active_pid,
    confirmedLsn: parseLsn(found.confirmed_flush_lsn),
    lagBytes: Math.max(0, Number(row.lag)),
    walStatus: found.wal_status ?? 'unknown',
    safeWalBytes: found.safe_wal_size,
  };
}
