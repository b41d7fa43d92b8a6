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

/**
 * Why rows from before a position of the log may not be durable elsewhere, one reason a slot; empty if all logical slots of
 * this database have confirmed it. No slot at all is a reason too: the reader's may have been dropped with rows unread.
 */
export async function unconfirmedBy(manager: EntityManager, position: string): Promise<string[]> {
  const slots: Slot[] = await manager.query(SLOTS, [position]);
  if (slots.length === 0) return ['this database has no logical replication slot'];
  return slots.flatMap(({ name, active, lost, confirmed, behind }) => {
    if (lost) return [`slot ${name} is lost`];
    if (confirmed) return [];
    return [`slot ${name} (${active ? 'active' : 'inactive'}) is ${behind ?? 'an unknown distance'} behind ${position}`];
  });
}
