import type { PoolClient } from 'pg';
import { FLUSHED, type FlushedRow, positionOf } from '../position/flushed';
import type { Position } from '../position/position';
import { readScope, type ReadScope } from '../session/read-scope';
import { callingBack, isSubmittable } from './calling-back';

/** One message, two results: the place of the commit costs nothing beside it. Before the commit it would be too low. */
const COMMIT_AND_ASK = `COMMIT; SELECT ${FLUSHED}`;
/** What leaves nothing that a later read could miss. (A function in a SELECT may write: its result counts as shown, which bounds that too.) */
const READS = /^\s*(SELECT|SHOW|START|BEGIN|SET|SAVEPOINT|RELEASE|ROLLBACK|VALUES|TABLE|EXPLAIN)\b/i;
const SEVERAL = /;\s*\S/;
const captured = new WeakSet<PoolClient>();
/** What each transaction that is open has written, of whichever session: told when it ends. */
const openWrites = new WeakMap<PoolClient, ((place?: Position) => void)[]>();
/** Streams that a connection hands out until it is released. */
const openStreams = new WeakMap<PoolClient, (() => void)[]>();

interface Result {
  readonly command?: string;
  readonly rows?: readonly unknown[];
}
type Query = (...args: readonly unknown[]) => unknown;

/**
 * Makes a connection to the primary tell the session where its writes are, and that it was shown the primary's state.
 * @param primary name under which the session remembers that
 */
export function captureWrites(client: PoolClient, primary: () => string): PoolClient {
  if (captured.has(client)) return client;
  captured.add(client);
  client.once('end', () => endWrites(client));
  const query = client.query.bind(client) as Query;
  client.query = ((...args: unknown[]): unknown => {
    const scope = readScope.getStore();
    if (!scope && !openWrites.has(client)) return query(...args);
    if (isSubmittable(args[0])) {
      if (scope) openStreams.set(client, [...(openStreams.get(client) ?? []), scope.session.beginStream(primary())]);
      return query(...args);
    }
    return callingBack(args, (plain) => {
      if (!scope) return unwatched(query, plain, client);
      return plain[0] === 'COMMIT' ? commit(query, client, scope, primary()) : watched(query, plain, client, scope, primary());
    });
  }) as PoolClient['query'];
  return client;
}

/** The connection is released: none of its streams shows anything more. */
export function endStreams(client: PoolClient): void {
  const all = openStreams.get(client) ?? [];
  openStreams.delete(client);
  for (const end of all) end();
}

async function watched(query: Query, args: readonly unknown[], client: PoolClient, scope: ReadScope, primary: string): Promise<unknown> {
  const { session } = scope;
  const inTransaction = client.getTransactionStatus() === 'T';
  const begun = writes(args[0]) ? session.beginWrite() : undefined;
  // Another session may run the COMMIT, and a COMMIT may hide in this text: it is told once no transaction is open any more.
  if (begun && inTransaction) openWrites.set(client, [...(openWrites.get(client) ?? []), begun]);
  try {
    const result = (await query(...args)) as Result | readonly Result[];
    if ((Array.isArray(result) ? result : [result]).some(shows)) session.haveBeenShown(primary, performance.now());
    // Only what is alive: one that was lost has been released already, and would stay.
    if (client.getTransactionStatus() !== 'I') scope.transactions.add(client);
    return result;
  } catch (error) {
    session.haveBeenShown(primary, performance.now()); // that a row is there already, for example
    throw error;
  } finally {
    if (inTransaction) endWritesIfOver(client);
    else begun?.();
    leave(client, scope);
  }
}

/** By nobody's session, in a transaction in which one has written. */
async function unwatched(query: Query, args: readonly unknown[], client: PoolClient): Promise<unknown> {
  try {
    return await query(...args);
  } finally {
    endWritesIfOver(client);
  }
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
      session.forgetShown(primary, shownAt);
    }
    end(position);
    return done;
  } catch (error) {
    end();
    throw error;
  } finally {
    leave(client, scope);
  }
}

function endWritesIfOver(client: PoolClient): void {
  if (client.getTransactionStatus() === 'I') endWrites(client);
}

/** Not by `commit`: rolled back, or nobody knows, so the primary is asked. */
function endWrites(client: PoolClient): void {
  const all = openWrites.get(client) ?? [];
  openWrites.delete(client);
  for (const end of all) end();
}

function writes(query: unknown): boolean {
  const text = typeof query === 'string' ? query : ((query as { readonly text?: string } | undefined)?.text ?? '');
  return !READS.test(text) || SEVERAL.test(text);
}

function shows({ command, rows }: Result): boolean {
  return command === 'SELECT' || (rows?.length ?? 0) > 0;
}

function leave(client: PoolClient, { transactions }: ReadScope): void {
  if (client.getTransactionStatus() === 'I') transactions.delete(client);
}
