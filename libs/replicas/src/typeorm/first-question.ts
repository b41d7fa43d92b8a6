import type { PoolClient, QueryResultRow } from 'pg';

/** Asked of a connection that the pool has just handed over, before anybody listens to its errors; where it fails, the connection is gone. @throws as the query */
export async function firstQuestion<Row extends QueryResultRow>(client: PoolClient, sql: string): Promise<Row | undefined> {
  const ignore = (): void => undefined; // the query fails too
  client.on('error', ignore);
  try {
    return (await client.query<Row>(sql)).rows[0];
  } catch (error) {
    client.release(error as Error);
    throw error;
  } finally {
    client.removeListener('error', ignore);
  }
}
