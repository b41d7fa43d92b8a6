import type { PoolClient } from 'pg';
import { FLUSHED, type FlushedRow, positionOf } from '../position/flushed';
import type { Position } from '../position/position';
import { readScope, type ReadScope } from '../session/read-scope';
import { isServerFault } from './server-fault';

/** One message, two results: the place of the commit costs nothing beside it. Before the commit it would be too low. */
const COMMIT_AND_ASK = `COMMIT; SELECT ${FLUSHED}`;
/** What leaves nothing that a later read could miss. (A function in a SELECT may write: its result counts as shown, which bounds that too.) */
const READS = /^\s*(SELECT|SHOW|START|BEGIN|SET|SAVEPOINT|RELEASE|ROLLBACK|VALUES|TABLE|EXPLAIN)\b/i;
const SEVERAL = /;\s*\S/;
const captured = new WeakSet<PoolClient>();
/** What each transaction that is open has written, of whichever session: told when it ends. */
const openWrites = new WeakMap<PoolClient, ((place?: Position) => void)[]>();

interface Result {
  readonly command?: string;
  readonly rows?: readonly unknown[];
}
type Query = (...args: unknown[]) => unknown;

/**
 * Makes a connection to the primary tell the session where its writes are, and that it was shown the primary's state.
 * @param primary name under which the session remembers that
 */
export function captureWrites(client: PoolClient, primary: () => string): PoolClient {
  if (captured.has(client)) return client;
  captured.add(client);
  const query = client.query.bind(client) as Query;
  client.query = ((...args: unknown[]): unknown => {
    const scope = readScope.getStore();
    if (!scope) return openWrites.has(client) ? endingWrites(query(...args), client) : query(...args);
    const [first] = args;
    // Whatever it is, it will have shown something when it ends; who submits it listens to it itself.
    if (typeof first === 'object' && first !== null && 'submit' in first) {
      scope.session.haveBeenShown(primary(), Number.POSITIVE_INFINITY);
      return query(...args);
    }
    const text = typeof first === 'string' ? first : ((first as { readonly text?: string } | undefined)?.text ?? '');
    if (text === 'COMMIT' && args.length <= 2) return commit(query, client, scope, primary());
    return watched(query, args, text, client, scope, primary());
  }) as PoolClient['query'];
  return client;
}

function watched(query: Query, args: unknown[], text: string, client: PoolClient, scope: ReadScope, primary: string): unknown {
  const { session } = scope;
  const inTransaction = client.getTransactionStatus() === 'T';
  const writes = !READS.test(text) || SEVERAL.test(text);
  const begun = writes ? session.beginWrite() : undefined;
  // Another session may run the COMMIT, and a COMMIT may hide in this text: it is told once no transaction is open any more.
  if (begun && inTransaction) openWrites.set(client, [...(openWrites.get(client) ?? []), begun]);
  const end = (): void => (inTransaction ? endWrites(client) : begun?.());
  const answer = query(...args);
  if (!(answer instanceof Promise)) {
    end(); // with a callback: it counts as ended, also before it has
    return answer;
  }
  return answer.then(
    (result: Result | readonly Result[]) => {
      if ((Array.isArray(result) ? result : [result]).some(shows)) session.haveBeenShown(primary, performance.now());
      end();
      track(client, scope);
      return result;
    },
    (error: unknown) => {
      // That a row is there already, for example, is something that was shown.
      session.haveBeenShown(primary, performance.now());
      end();
      if (isServerFault(error)) endWrites(client, true);
      track(client, scope);
      throw error;
    },
  );
}

async function commit(query: Query, client: PoolClient, scope: ReadScope, primary: string): Promise<Result | undefined> {
  const { session } = scope;
  const shownAt = session.shown.get(primary);
  const own = session.beginWrite();
  const all = [own, ...(openWrites.get(client) ?? [])];
  openWrites.delete(client); // what is queued behind the COMMIT is of another transaction
  const end = (place?: Position): void => all.forEach((each) => each(place));
  try {
    const [done, place] = (await query(COMMIT_AND_ASK)) as [Result, { readonly rows: readonly FlushedRow[] }];
    const position = place.rows[0] && positionOf(place.rows[0]);
    if (position && shownAt !== undefined) {
      session.haveRead(position); // asked after everything that the transaction has shown, its own rows included
      if (session.shown.get(primary) === shownAt) session.shown.delete(primary);
    }
    end(position);
    return done;
  } catch (error) {
    end();
    throw error;
  } finally {
    track(client, scope);
  }
}

/** Ended outside of any session, the transaction in which one has written. */
function endingWrites(answer: unknown, client: PoolClient): unknown {
  const ended = (): void => endWrites(client);
  return answer instanceof Promise ? answer.finally(ended) : answer;
}

/** A transaction that was not ended by `commit`: rolled back, or nobody knows, so the primary is asked. */
function endWrites(client: PoolClient, lost = false): void {
  if (!lost && client.getTransactionStatus() !== 'I') return;
  const all = openWrites.get(client) ?? [];
  openWrites.delete(client);
  for (const end of all) end();
}

function shows({ command, rows }: Result): boolean {
  return command === 'SELECT' || (rows?.length ?? 0) > 0;
}

function track(client: PoolClient, { transactions }: ReadScope): void {
  if (client.getTransactionStatus() === 'I') transactions.delete(client);
  else transactions.add(client);
}
