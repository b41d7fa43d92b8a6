import type { PoolClient } from 'pg';
import { StandbyAtPrimaryError } from '../replica/standby-at-primary-error';
import { firstQuestion } from './first-question';

const primaries = new WeakSet<PoolClient>();

/** At the primary's address a standby may stand that is about to be promoted: until then it would be read as if nothing were missing. @throws */
export async function refuseStandby(client: PoolClient): Promise<void> {
  if (primaries.has(client)) return;
  const row = await firstQuestion<{ standby: boolean }>(client, 'SELECT pg_is_in_recovery() AS standby');
  if (row?.standby === false) {
    primaries.add(client);
    return;
  }
  const error = new StandbyAtPrimaryError();
  client.release(error);
  throw error;
}
