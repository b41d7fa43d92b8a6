import type { ClientConfig } from 'pg';

/** A connection string, or the `pg` package's connection options. The role needs REPLICATION. */
export type ServerConnection = string | ClientConfig;

/**
 * The server of the database; or all its servers, of which one is the primary at a time: the reader looks for it each time
 * it connects.
 */
export type ReaderConnection = ServerConnection | readonly ServerConnection[];

/** A connection that is not up within this time is taken as failed, and tried again. */
const CONNECT_TIMEOUT_MS = 10_000;

/** A query of the reader takes milliseconds; one that takes longer has lost its server, or the server has stopped. */
export const QUERY_TIMEOUT_MS = 10_000;

/** `pg` options for one of the reader's connections; `purpose` shows in `pg_stat_activity`. */
export function clientConfig(connection: ServerConnection, purpose: string): ClientConfig {
  const base = typeof connection === 'string' ? { connectionString: connection } : connection;
  return { connectionTimeoutMillis: CONNECT_TIMEOUT_MS, ...base, application_name: `madang-cdc ${purpose}`, keepAlive: true };
}
