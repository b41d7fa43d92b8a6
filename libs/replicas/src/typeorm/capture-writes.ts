import type { PoolClient } from 'pg';
import { FLUSHED, type FlushedRow, positionOf } from '../position/flushed';
import type { Position } from '../position/position';
import { readScope, type ReadScope } from '../session/read-scope';
import type { Session } from '../session/session';
import { callingBack, isSubmittable } from './calling-back';
import { failStreams, openStream } from './open-streams';
import { isReadTimeout } from './server-fault';

/** One message, two results: the place of the commit costs nothing beside it. Before the commit it would be too low. */
const COMMIT_AND_ASK = `COMMIT; SELECT ${FLUSHED}`;
/** What leaves nothing that a later read could miss. (What a function in a SELECT writes without a transaction counts as shown, which bounds that too.) */
const READS = /^\s*(SELECT|SHOW|START|BEGIN|SET|SAVEPOINT|RELEASE|ROLLBACK|VALUES|TABLE|EXPLAIN)\b/i;
const SEVERAL = /;\s*\S/;
const captured = new WeakSet<PoolClient>();
/** What has been sent on each connection and may not be committed yet, of whichever session. */
const openWrites = new WeakMap<PoolClient, Set<OpenWrite>>();

interface OpenWrite {
  readonly end: (place?: Position) => void;
  answered: boolean;
}

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
  client.on('drain', () => endWritesIfIdle(client, true));
  client.on('error', (error: Error) => failStreams(client, error));
  const query = client.query.bind(client) as Query;
  client.query = ((...args: unknown[]): unknown => {
    const scope = readScope.getStore();
    if (isSubmittable(args[0])) {
      openStream(client, args[0], scope?.session, primary());
      return query(...args);
    }
    if (!scope && !openWrites.has(client)) return query(...args);
    return callingBack(args, (plain) => {
      if (!scope) return unwatched(query, plain, client);
      return plain[0] === 'COMMIT' ? commit(query, client, scope, primary()) : watched(query, plain, client, scope, primary());
    });
  }) as PoolClient['query'];
  return client;
}

async function watched(query: Query, args: readonly unknown[], client: PoolClient, scope: ReadScope, primary: string): Promise<unknown> {
  const { session } = scope;
  // In a transaction a SELECT may write too, by a function, and another session may run the COMMIT.
  const write = writes(args[0]) || client.getTransactionStatus() === 'T' ? beginWrite(client, session) : undefined;
  let timedOut = false;
  try {
    const result = (await query(...args)) as Result | readonly Result[];
    if ((Array.isArray(result) ? result : [result]).some(shows)) session.haveBeenShown(primary, performance.now());
    // Only what is alive: one that was lost has been released already, and would stay.
    if (client.getTransactionStatus() !== 'I') scope.transactions.add(client);
    return result;
  } catch (error) {
    session.haveBeenShown(primary, performance.now()); // that a row is there already, for example
    timedOut = isReadTimeout(error);
    throw error;
  } finally {
    if (write && !timedOut) write.answered = true; // else the server goes on with it
    endWritesIfIdle(client);
    leave(client, scope);
  }
}

function beginWrite(client: PoolClient, session: Session): OpenWrite {
  const write: OpenWrite = { end: session.beginWrite(), answered: false };
  openWrites.set(client, (openWrites.get(client) ?? new Set()).add(write));
  return write;
}

/** By nobody's session, in a transaction in which one has written. */
async function unwatched(query: Query, args: readonly unknown[], client: PoolClient): Promise<unknown> {
  try {
    return await query(...args);
  } finally {
    endWritesIfIdle(client);
  }
}

async function commit(query: Query, client: PoolClient, scope: ReadScope, primary: string): Promise<Result | undefined> {
  const { session } = scope;
  const shownAt = session.shown.get(primary);
  beginWrite(client, session);
  const all = openWrites.get(client) ?? new Set();
  openWrites.delete(client); // what is queued behind the COMMIT is of another transaction
  const end = (place?: Position): void => all.forEach((each) => each.end(place));
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

/** Not by `commit`: done without a transaction, rolled back, or nobody knows. So the primary is asked where it is. */
function endWrites(client: PoolClient): void {
  const all = openWrites.get(client) ?? [];
  openWrites.delete(client);
  for (const { end } of all) end();
}

/** @param drained everything that was sent has been answered, also what nobody waits for any more */
function endWritesIfIdle(client: PoolClient, drained = false): void {
  const all = openWrites.get(client);
  if (!all || client.getTransactionStatus() !== 'I') return;
  for (const write of all) {
    if (!drained && !write.answered) continue;
    all.delete(write);
    write.end();
  }
  if (all.size === 0) openWrites.delete(client);
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
