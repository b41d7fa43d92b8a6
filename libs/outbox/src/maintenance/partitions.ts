import type { EntityManager } from 'typeorm';

/** A range partition of the outbox, attached. */
export interface Partition {
  readonly name: string;
  /** Inclusive; null for the first one, which also takes whatever is older. */
  readonly from: Date | null;
  /** Exclusive. */
  readonly to: Date;
}

// The bounds are read in the settings in which they are printed.
const PARTITIONS = `
  SELECT c.relname AS name,
         (regexp_match(bound, 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz AS "from",
         coalesce((regexp_match(bound, 'TO \\(''([^'']+)''\\)'))[1], 'infinity')::timestamptz AS "to"
  FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid
  CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS bound
  WHERE i.inhparent = 'outbox'::regclass AND bound <> 'DEFAULT'
  ORDER BY 3`;

/** The attached partitions but the default one, oldest first. To be used within {@link takeStep}. */
export function readPartitions(manager: EntityManager): Promise<Partition[]> {
  return manager.query(PARTITIONS);
}
