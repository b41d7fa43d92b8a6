/** A statement that a connection is asked this often is prepared there: PostgreSQL parses it no more, and soon plans it no more either. As pgjdbc does it (`prepareThreshold`). */
const ASKED_OFTEN = 5;
/** So many a connection; what comes after them is sent as it is. As pgjdbc does it (`preparedStatementCacheQueries`). */
const MOST = 256;
/** `cached plan must not change result type`: the table has changed since. And `prepared statement does not exist`: somebody has let it go. */
const OF_NO_USE = new Set<unknown>(['0A000', '26000']);

/** As much of pg's client as is needed here. */
interface Client {
  query: (...args: unknown[]) => unknown;
}

/** Where a service asks the same again and again, planning costs PostgreSQL as much as the answer. */
export function prepareRepeated(client: Client): void {
  const query = client.query.bind(client);
  const asked = new Map<string, number>();
  const names = new Map<string, string>();
  let prepared = 0;

  const nameOf = (text: string): string | undefined => {
    const name = names.get(text);
    if (name !== undefined || prepared === MOST) return name;
    const times = (asked.get(text) ?? 0) + 1;
    if (times < ASKED_OFTEN) {
      if (asked.size >= MOST) asked.clear(); // texts that differ each time are not worth remembering
      asked.set(text, times);
      return undefined;
    }
    asked.delete(text);
    prepared += 1;
    names.set(text, `repeated-${prepared}`);
    return names.get(text);
  };

  client.query = (...args) => {
    const [text, values] = args;
    if (args.length !== 2 || typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return query(...args);
    const name = nameOf(text);
    if (name === undefined) return query(...args);
    const result = query({ name, text, values });
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      const { code } = error as { code?: unknown };
      // Prepared anew, by another name, when it is asked again. No code: for a value that it cannot send, pg lets the statement go, and would ask for it again by its name.
      if (code === undefined || OF_NO_USE.has(code)) names.delete(text);
      throw error;
    });
  };
}
