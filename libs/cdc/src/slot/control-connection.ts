import type { Socket } from 'node:net';
import { Client, type QueryResultRow } from 'pg';
import { sleep } from '../backoff';
import { clientConfig, QUERY_TIMEOUT_MS, type ReaderConnection, type ServerConnection } from '../connection-config';
import { findPrimary } from '../replication/find-primary';
import { readSlotState, type SlotState, type WatchedSlot } from './slot-state';

/** From here on `pg_logical_emit_message` can flush the log, so that a heartbeat does not wait for the log writer. */
const FLUSH_SINCE_VERSION = 170_000;
const LEAVE_TIMEOUT_MS = 2_000;

export const HEARTBEAT_PREFIX = 'madang.heartbeat';

/** The reader's ordinary connection: looks at the slot and writes heartbeats. Connects when needed, again after a loss. */
export class ControlConnection {
  private server: ServerConnection | null = null;
  private session: Promise<ControlSession> | null = null;
  /** Settles when the call before is done: a session takes one query at a time. */
  private idle: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly connection: ReaderConnection,
    private readonly watched: WatchedSlot,
  ) {}

  /**
   * Looks for the server that takes writes; everything goes to that one until the next call. A stream and what is asked
   * about it must not be of two servers.
   *
   * @throws NoPrimaryError while there is none
   */
  async choose(): Promise<ServerConnection> {
    const server = await findPrimary(this.connection);
    if (server !== this.server) await this.close();
    this.server = server;
    return server;
  }

  /** @throws CdcError where rows would be skipped (see {@link readSlotState}), or an error of the connection. */
  readSlot(): Promise<SlotState> {
    return this.use(({ client }) => readSlotState(client, this.watched));
  }

  /** @throws what `pg` throws. */
  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return (await this.use(({ client }) => client.query<Row>(text, [...values]))).rows;
  }

  /** Writes a message to the log, outside any transaction: it also moves the slot of an otherwise idle database. */
  async heartbeat(content: string): Promise<void> {
    await this.use(({ client, heartbeatSql }) => client.query(heartbeatSql, [HEARTBEAT_PREFIX, content]));
  }

  async close(): Promise<void> {
    const { session } = this;
    if (session) await this.discard(session);
  }

  private use<Result>(work: (session: ControlSession) => Promise<Result>): Promise<Result> {
    const result = this.idle.then(() => this.attempt(work));
    this.idle = result.catch(() => undefined);
    return result;
  }

  private async attempt<Result>(work: (session: ControlSession) => Promise<Result>): Promise<Result> {
    const session = (this.session ??= this.connect());
    try {
      return await work(await session);
    } catch (error) {
      // Whatever it was, a new connection is the simplest state to be sure of.
      void this.discard(session);
      throw error;
    }
  }

  private connect(): Promise<ControlSession> {
    if (!this.server) throw new Error('No server was chosen yet');
    const session = connect(this.server, () => {
      if (this.session === session) this.session = null; // the next call connects anew instead of finding out
    });
    return session;
  }

  private async discard(session: Promise<ControlSession>): Promise<void> {
    if (this.session === session) this.session = null;
    await session.then(({ client }) => leave(client)).catch(() => undefined);
  }
}

interface ControlSession {
  readonly client: Client;
  readonly heartbeatSql: string;
}

async function connect(connection: ServerConnection, onLost: () => void): Promise<ControlSession> {
  const client = new Client({ ...clientConfig(connection, 'control'), query_timeout: QUERY_TIMEOUT_MS });
  client.on('error', onLost);
  await client.connect();
  const version = await client.query<{ number: string }>(`SELECT current_setting('server_version_num') AS number`);
  const flush = Number(version.rows[0]?.number) >= FLUSH_SINCE_VERSION ? ', true' : '';
  return { client, heartbeatSql: `SELECT pg_logical_emit_message(false, $1, $2::text${flush})` };
}

/** Says goodbye; leaves a server that does not answer without one, and closes the socket all the same. */
async function leave(client: Client): Promise<void> {
  const answered = new AbortController();
  await Promise.race([client.end().catch(() => undefined), sleep(LEAVE_TIMEOUT_MS, answered.signal)]);
  answered.abort();
  // @types/pg does not describe it.
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
}
