import type { PoolClient } from 'pg';
import { StandbyAtPrimaryError } from '../replica/standby-at-primary-error';

const primaries = new WeakSet<PoolClient>();

/** At the primary's address a standby may stand that is about to be promoted: until then it would be read as if nothing were missing. @throws */
export async function refuseStandby(client: PoolClient): Promise<void> {
  if (primaries.has(client)) return;
  const ignore = (): void => undefined; // the query fails too
  client.on('error', ignore);
  try {
    const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
    if (rows[0]?.standby !== false) throw new StandbyAtPrimaryError();
    primaries.add(client);
  } catch (error) {
    client.release(error as Error);
    throw error;
  } finally {
    client.removeListener('error', ignore);
  }
}
