import { SlotMissingError } from '../errors';
import { formatLsn, parseLsn } from '../lsn';
import type { ControlConnection } from '../slot/control-connection';
import type { SlotState } from '../slot/slot-state';
import { LogHistoryChangedError, OffsetAheadError, OffsetBehindError } from './debezium.errors';

/** Where the server's log and the slot's part of it stand. */
export interface LogPosition {
  /** System identifier and timeline: the same position of another history holds other rows. */
  readonly history: string;
  readonly end: bigint;
  /** The slot can still send every transaction that was open here or began later. */
  readonly slotRestart: bigint;
}

const QUERY = `
  SELECT system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS history,
         pg_current_wal_lsn()::text AS end, coalesce(restart_lsn, pg_current_wal_lsn())::text AS restart
    FROM pg_control_system(), pg_replication_slots WHERE slot_name = $1`;

/** @throws CdcError where rows would be skipped (also where the slot has just gone), or an error of the connection */
export async function readSlotAndLog(control: ControlConnection, name: string): Promise<{ readonly slot: SlotState; readonly log: LogPosition }> {
  const slot = await control.readSlot();
  const [row] = await control.query<{ history: string; end: string; restart: string }>(QUERY, [name]);
  if (!row) throw new SlotMissingError(name, slot.database);
  return { slot, log: { history: row.history, end: parseLsn(row.end), slotRestart: parseLsn(row.restart) } };
}

/**
 * Refuses what would make Debezium skip rows: it starts at the position that Kafka Connect remembers, or where the slot stands
 * if that is later, and does not ask whether the log between the two is there.
 *
 * The slot's `confirmed_flush_lsn` says nothing here: it may be a little ahead of the stored position after a crash, because
 * Debezium confirms what Kafka has acknowledged, and Kafka Connect stores its position a moment later.
 *
 * @param history what the log was called when the position was stored; undefined if it never was
 * @throws OffsetAheadError, OffsetBehindError, LogHistoryChangedError
 */
export function checkStoredLsn(connector: string, stored: bigint | null, history: string | undefined, log: LogPosition): void {
  if (stored === null) return; // the slot alone says where to begin
  if (history !== undefined && history !== log.history) {
    throw new LogHistoryChangedError(connector, formatLsn(stored), history, log.history);
  }
  if (stored > log.end) throw new OffsetAheadError(connector, formatLsn(stored), formatLsn(log.end));
  if (stored < log.slotRestart) throw new OffsetBehindError(connector, formatLsn(stored), formatLsn(log.slotRestart));
}
