/** The names of what a database's outbox is read through. */
export interface OutboxNames {
  readonly slot: string;
  readonly publication: string;
  readonly table: string;
}

/** The slot is made when the database is provisioned, table and publication by the outbox migration. */
export function outboxOf(database: string): OutboxNames {
  return { slot: `outbox_${database}`, publication: 'outbox', table: 'public.outbox' };
}
