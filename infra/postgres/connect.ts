import { Client, type QueryResultRow } from 'pg';

/** A single connection of the runner's own; fails within 5 s. */
export async function connectTo(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 30_000, application_name: 'madang-infra' });
  // A server that dies shows in the next query; without a listener it would end this process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Connects, asks once, disconnects. */
export async function queryOnce<Row extends QueryResultRow>(connectionString: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = await connectTo(connectionString);
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** @param place a port on the loopback, or host and port */
export function postgresUrl(role: string, password: string, place: number | string, database: string): string {
  const at = typeof place === 'number' ? `127.0.0.1:${place}` : place;
  return `postgres://${encodeURIComponent(role)}:${encodeURIComponent(password)}@${at}/${encodeURIComponent(database)}`;
}
