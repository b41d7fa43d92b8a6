import { Client } from 'pg';
import { clientConfig, type ReaderConnection } from '../connection-config';
import { findPrimary } from '../replication/find-primary';

const FAILOVER_SINCE_VERSION = 170_000;

/**
 * Makes a logical slot for a {@link LogReader}: once, when a database is provisioned and before the first outbox row is
 * written; rows from before the slot are not in it. From PostgreSQL 17 on the slot is a failover slot.
 *
 * @returns false when a slot of that name was already there (of whatever kind: the reader checks it).
 */
export async function createSlot(connection: ReaderConnection, slot: string): Promise<boolean> {
  const client = new Client(clientConfig(await findPrimary(connection), 'create slot'));
  client.on('error', () => undefined); // a lost connection shows in the query
  await client.connect();
  try {
    const version = await client.query<{ number: string }>(`SELECT current_setting('server_version_num') AS number`);
    const failover = Number(version.rows[0]?.number) >= FAILOVER_SINCE_VERSION ? ', failover => true' : '';
    await client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput'${failover})`, [slot]);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '42710') return false; // duplicate_object
    throw error;
  } finally {
    await client.end();
  }
}
