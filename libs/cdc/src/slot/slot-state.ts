import type { ClientBase } from 'pg';
import {
  PublicationChangedError,
  PublicationIncompleteError,
  PublicationMissingError,
  ReconcileUnfinishedError,
  SlotLostError,
  SlotMismatchError,
  SlotMissingError,
} from '../errors';
import { parseLsn } from '../lsn';
import { markerOf } from './reconcile-marker';

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

/** What has to be there for no row to be skipped. */
export interface WatchedSlot {
  readonly slot: string;
  readonly publication: string;
  /** `schema.table`. */
  readonly table: string;
}

interface SlotRow {
  readonly database: string;
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
  readonly reconciling: boolean;
  readonly publication: {
    readonly inserts: boolean;
    readonly named: boolean;
    readonly filtered: boolean | null;
    readonly cut: boolean | null;
    readonly changed: boolean | null;
  } | null;
}

/**
 * The slot as JSON, because older servers lack some of the columns.
 *
 * A row of the catalogue that a transaction from `catalog_xmin` on has written may be younger than the slot's position;
 * what is older was there for every row that the slot still has to send. (`BETWEEN 0`: ids wrap around, and one that is
 * two thousand million transactions old has a negative age.) Young is harmless only where the table is just as young: its
 * column `ctid`, which nothing ever alters, was then written by the same transaction.
 */
const SLOT_QUERY = `
  SELECT current_database() AS database,
         to_jsonb(s) AS slot,
         pg_wal_lsn_diff(pg_current_wal_lsn(), s.confirmed_flush_lsn)::text AS lag,
         EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $4) AS reconciling,
         (SELECT jsonb_build_object(
                   'inserts', p.pubinsert,
                   'named', entry.oid IS NOT NULL,
                   'filtered', entry.filtered,
                   'cut', entry.cut,
                   'changed', (age(p.xmin) BETWEEN 0 AND age(s.catalog_xmin) AND p.xmin <> entry.born)
                           OR (age(entry.xid) BETWEEN 0 AND age(s.catalog_xmin) AND entry.xid <> entry.born))
            FROM pg_publication p
            LEFT JOIN (SELECT r.oid, r.prpubid, r.xmin AS xid, born.xmin AS born,
                              to_jsonb(r) ->> 'prqual' IS NOT NULL AS filtered, to_jsonb(r) ->> 'prattrs' IS NOT NULL AS cut
                         FROM pg_publication_rel r
                         JOIN pg_class c ON c.oid = r.prrelid
                         JOIN pg_namespace n ON n.oid = c.relnamespace
                         JOIN pg_attribute born ON born.attrelid = c.oid AND born.attnum = -1
                        WHERE n.nspname || '.' || c.relname = $3) entry ON entry.prpubid = p.oid
           WHERE p.pubname = $2) AS publication
    FROM (VALUES (1)) AS one LEFT JOIN pg_replication_slots s ON s.slot_name = $1`;

/**
 * Looks the slot and the publication up, and refuses what would lose rows.
 *
 * @throws SlotMissingError, SlotMismatchError, SlotLostError, ReconcileUnfinishedError, PublicationMissingError,
 *   PublicationIncompleteError, PublicationChangedError
 */
export async function readSlotState(client: ClientBase, watched: WatchedSlot): Promise<SlotState> {
  const { slot, publication, table } = watched;
  const query = { name: 'slot', text: SLOT_QUERY, values: [slot, publication, table, markerOf(slot)] };
  const row = (await client.query<SlotRow>(query)).rows[0];
  if (!row?.slot) throw new SlotMissingError(slot, row?.database ?? '');
  const found = row.slot;
  if (found.plugin !== 'pgoutput' || found.database !== row.database) {
    const kind = found.plugin === null ? 'a physical slot' : `a slot of plugin ${found.plugin}`;
    throw new SlotMismatchError(slot, `${kind} in database ${found.database ?? '(none)'}`);
  }
  const reason = found.invalidation_reason ?? (found.wal_status === 'lost' ? 'wal_removed' : null);
  if (reason !== null || found.confirmed_flush_lsn === null) throw new SlotLostError(slot, reason ?? 'no position');
  if (row.reconciling) throw new ReconcileUnfinishedError(slot, markerOf(slot));
  if (!row.publication) throw new PublicationMissingError(publication, row.database);
  const lack = lackOf(row.publication, table);
  if (lack !== null) throw new PublicationIncompleteError(publication, lack);
  if (row.publication.changed) throw new PublicationChangedError(publication, table, slot, found.confirmed_flush_lsn);
  return {
    database: row.database,
    activePid: found.active_pid,
    confirmedLsn: parseLsn(found.confirmed_flush_lsn),
    lagBytes: Math.max(0, Number(row.lag)),
    walStatus: found.wal_status ?? 'unknown',
    safeWalBytes: found.safe_wal_size,
  };
}

function lackOf(publication: NonNullable<SlotRow['publication']>, table: string): string | null {
  if (!publication.inserts) return 'does not publish inserts';
  if (!publication.named) return `does not name the table ${table}`;
  if (publication.filtered) return `filters the rows of ${table}`;
  if (publication.cut) return `leaves columns of ${table} out`;
  return null;
}
