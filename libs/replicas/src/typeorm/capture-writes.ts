import type { PoolClient } from 'pg';
import { parseLsn } from '../position/lsn';
import { readScope } from '../session/read-scope';

/** One message, two results: the place of the commit costs nothing beside it. Before the commit it would be too low. */
const COMMIT_AND_ASK = 'COMMIT; SELECT pg_current_wal_flush_lsn()::text AS lsn, pg_walfile_name(pg_current_wal_flush_lsn()) AS file';
/** What leaves nothing that a later read could miss. */
const READS = /^\s*(SELECT|SHOW|START|BEGIN|SET|SAVEPOINT|RELEASE|ROLLBACK|VALUES|TABLE|EXPLAIN)\b/i;
const captured = new WeakSet<PoolClient>();

interface Results {
  readonly rows: readonly { readonly lsn: string; readonly file: string }[];
}

/** Makes a connection to the primary tell the session where its writes are. */
export function captureWrites(client: PoolClient): PoolClient {
  if (captured.has(client)) return client;
  captured.add(client);
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  let inTransaction = false;
  const wrapped = (...args: unknown[]): unknown => {
    const [text] = args;
    const scope = readScope.getStore();
    if (typeof text !== 'string') return query(...args);
    if (text === 'START TRANSACTION') inTransaction = true;
    if (text === 'ROLLBACK') inTransaction = false;
    if (text === 'COMMIT') {
      inTransaction = false;
      if (!scope) return query(...args);
      scope.session.wrote = true; // also if the answer does not come: it may have been committed
      return (query(COMMIT_AND_ASK) as Promise<Results[]>).then(([commit, place]) => {
        const row = place?.rows[0];
        if (row) {
          scope.session.haveWritten({ timeline: Number.parseInt(row.file.slice(0, 8), 16), lsn: parseLsn(row.lsn) });
          scope.session.wrote = false;
        }
        return commit;
      });
    }
    if (scope && !inTransaction && !READS.test(text)) scope.session.wrote = true;
    return query(...args);
  };
  client.query = wrapped as PoolClient['query'];
  return client;
}
