import { Pool } from 'pg';
import { type NodeLeaseStore, PostgresLeaseStore, RedisLeaseStore } from '../../src/lease/index';
import { ValkeyClient } from '../valkey-client';

/** A process's own connection, by the kind of its address. */
export async function openStore(url: string): Promise<NodeLeaseStore> {
  if (url.startsWith('postgres')) {
    const pool = new Pool({ connectionString: url, max: 2 });
    pool.on('error', () => undefined);
    return new PostgresLeaseStore((text, values) => pool.query(text, values));
  }
  const client = await ValkeyClient.connect(url);
  return new RedisLeaseStore((script, keys, ...rest) => client.command('EVAL', script, String(keys), ...rest));
}
