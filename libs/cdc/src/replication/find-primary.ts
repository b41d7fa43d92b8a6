import { Client } from 'pg';
import { sleep } from '../backoff';
import { clientConfig, QUERY_TIMEOUT_MS, type ReaderConnection, type ServerConnection } from '../connection-config';
import { NoPrimaryError } from './no-primary.error';
import { isTransient } from './transient-error';

/** Once a primary has answered, servers that are frozen or cut off are not waited for any longer than this. */
const OTHERS_MS = 1_000;

/** Null for a standby, else the number of the server's timeline in hexadecimal: each promotion begins a higher one. */
const TIMELINE_QUERY = `
  SELECT CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline`;

interface Primary {
  readonly server: ServerConnection;
  readonly timeline: number;
}

/**
 * The server that takes writes. Of two (an old primary that came back beside the promoted one) it is the one of the later
 * timeline; to keep services from writing to the other is the operator's part. A single server is taken as it is.
 *
 * @throws NoPrimaryError while there is none; what a server answered, if waiting does not mend that (a refused password)
 */
export async function findPrimary(connection: ReaderConnection): Promise<ServerConnection> {
  const servers = isList(connection) ? connection : [connection];
  const [only, ...others] = servers;
  if (only === undefined) throw new RangeError('A connection names at least one server.');
  if (others.length === 0) return only;
  const primaries: Primary[] = [];
  const failures: unknown[] = [];
  const probes = servers.map((server) =>
    timelineOf(server).then(
      (timeline) => primaries.push({ server, timeline }),
      (error: unknown) => {
        failures.push(error);
        throw error;
      },
    ),
  );
  const all = Promise.allSettled(probes);
  const decided = new AbortController();
  await Promise.race([all, Promise.any(probes).then(() => sleep(OTHERS_MS, decided.signal), () => all)]);
  decided.abort();
  const [latest] = primaries.toSorted((one, other) => other.timeline - one.timeline);
  if (latest) return latest.server;
  const lasting = failures.find((error) => !isTransient(error));
  if (lasting !== undefined) throw lasting;
  throw new NoPrimaryError(failures.map((error) => (error instanceof Error ? error.message : String(error))));
}

function isList(connection: ReaderConnection): connection is readonly ServerConnection[] {
  return Array.isArray(connection);
}

/** @throws NoPrimaryError if it is a standby */
async function timelineOf(server: ServerConnection): Promise<number> {
  const config = { ...clientConfig(server, 'finding the primary'), query_timeout: QUERY_TIMEOUT_MS };
  const client = new Client(config);
  client.on('error', () => undefined); // a lost connection shows in the query
  try {
    await client.connect();
    const { rows } = await client.query<{ timeline: string | null }>(TIMELINE_QUERY);
    const timeline = rows[0]?.timeline ?? null;
    if (timeline === null) throw new NoPrimaryError([`${client.host}:${client.port} is a standby`]);
    return Number.parseInt(timeline, 16);
  } finally {
    void client.end().catch(() => undefined); // a frozen server does not answer the farewell
  }
}
