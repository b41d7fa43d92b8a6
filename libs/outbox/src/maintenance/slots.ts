import type { EntityManager } from 'typeorm';

interface Slot {
  readonly name: string;
  readonly active: boolean;
  readonly lost: boolean;
  readonly confirmed: boolean;
  readonly behind: string | null;
}

// Every reader of the outbox has a logical slot in its database; a slot of somebody else there counts too, which only keeps
// rows for longer.
const SLOTS = `
  SELECT slot_name AS name, active, wal_status = 'lost' AS lost,
         coalesce(confirmed_flush_lsn >= $1::pg_lsn, false) AS confirmed,
         pg_size_pretty(pg_wal_lsn_diff($1::pg_lsn, confirmed_flush_lsn)) AS behind
  FROM pg_replication_slots
  WHERE slot_type = 'logical' AND database = current_database() AND NOT temporary
  ORDER BY slot_name`;

/** What `reconcile` of libs/cdc holds while rows that a lost slot has skipped may still have to be published. */
const RECONCILE_MARKER = /_reconcile$/;

/**
 * Says which slot is lost, that one is being reconciled, or that there is none: the reader's may have been dropped with rows
 * unread; null if all is well.
 */
export async function slotLoss(manager: EntityManager): Promise<string | null> {
  const slots: Slot[] = await manager.query(SLOTS, ['0/0']);
  if (slots.length === 0) return 'this database has no logical replication slot';
  const lost = slots.filter((slot) => slot.lost).map(({ name }) => name);
  if (lost.length > 0) return `slot ${lost.join(', ')} is lost`;
  const marker = slots.find(({ name }) => RECONCILE_MARKER.test(name));
  return marker ? `slot ${marker.name} marks a reconciliation that is not finished` : null;
}

/** The slots that have not confirmed a position of the log, one reason a slot. */
export async function unconfirmedBy(manager: EntityManager, position: string): Promise<string[]> {
  const slots: Slot[] = await manager.query(SLOTS, [position]);
  return slots
    .filter(({ confirmed }) => !confirmed)
    .map(({ name, active, behind }) => `slot ${name} (${active ? 'active' : 'inactive'}) is ${behind ?? 'an unknown distance'} behind ${position}`);
}
