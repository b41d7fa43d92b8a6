import type { Pool } from 'pg';

const outliving = new WeakSet<Pool>();

/**
 * pg-pool takes its own listener away before whoever asked for the connection can put one there: a server that dies between the two would end
 * the process. Each query that is under way fails by itself.
 */
export function outlive(pool: Pool): void {
  if (outliving.has(pool)) return;
  outliving.add(pool);
  pool.on('connect', (client) => client.on('error', () => undefined));
}
