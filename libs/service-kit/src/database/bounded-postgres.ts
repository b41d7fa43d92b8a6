import { prepareRepeated } from './prepare-repeated';

/** What a server that works, but has too much to do, is allowed for a statement; it then says so itself. */
const STATEMENT_MS = 3_000;
/** Longer than that, so that only a server that has fallen silent (frozen, or cut off) is given up by the client. */
const SILENCE_MS = 4_000;
const CONNECT_MS = 2_000;

/**
 * To be spread into a service's TypeORM `DataSourceOptions`: whatever the server does, a query ends within 6 s, waiting for
 * a connection included, with an error that `dependencyFault` knows. Not for migrations, which take the time they take.
 */
export const boundedPostgres = {
  connectTimeoutMS: CONNECT_MS,
  // These go to pg as they are.
  extra: {
    statement_timeout: STATEMENT_MS,
    query_timeout: SILENCE_MS,
    keepAlive: true,
    onConnect: (client: PgClient): void => {
      prepareRepeated(client);
      endWhenSilent(client);
    },
  },
};

/** As much of pg's client as is needed here. */
interface PgClient {
  query: (...args: unknown[]) => unknown;
  end: () => unknown;
}

/**
 * pg gives up a silent query but goes on with its connection, and forgets a ROLLBACK that waits behind the query: the
 * next user of the connection would find the transaction open and commit it half-done. So the connection ends instead.
 */
function endWhenSilent(client: PgClient): void {
  const query = client.query.bind(client);
  client.query = (...args) => {
    const result = query(...args);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      if (error instanceof Error && error.message === 'Query read timeout') void client.end();
      throw error;
    });
  };
}
