import type { Client } from 'pg';
import { connectTo } from '../../infra/postgres/connect.ts';
import { startInfra } from '../../infra/test-infra.ts';

/**
 * The platform's own settings, but: full pages in the log, which tests go without; and checkpoints only where they are asked
 * for. `fsync` stays off: the work of the server is compared, not the disk under it.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '64MB',
  full_page_writes: 'on',
  autovacuum: 'off',
  checkpoint_timeout: '1d',
  max_wal_size: '64GB',
};

export interface BenchServer {
  readonly client: Client;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own. It ends with this process, however that ends. */
export async function startServer(): Promise<BenchServer> {
  const infra = await startInfra({ postgres: { databases: [] } });
  try {
    const url = infra.postgres.adminUrl();
    await configure(url);
    const server = infra.process('postgres');
    await server.stop();
    await server.start();
    const client = await connectTo(url);
    await client.query('CREATE EXTENSION pgstattuple');
    const stop = async (): Promise<void> => {
      await client.end();
      await infra.stop();
    };
    return { client, stop };
  } catch (error) {
    await infra.stop();
    throw error;
  }
}

async function configure(url: string): Promise<void> {
  const client = await connectTo(url);
  try {
    for (const [name, value] of Object.entries(SETTINGS)) await client.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  } finally {
    await client.end();
  }
}
