import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Client, escapeIdentifier, escapeLiteral, type QueryResult, type QueryResultRow } from 'pg';
import { clientConfig, QUERY_TIMEOUT_MS, type ServerConnection } from '../connection-config';
import { ConnectionLostError } from './connection-lost.error';
import { encodeStatusUpdate } from './status-update';
import { SET_TEXT_FORM } from './text-form';

/** The part of `pg`'s connection that speaks the copy protocol; @types/pg does not describe it. */
interface CopyConnection extends EventEmitter {
  readonly stream: Socket;
  sendCopyFromChunk(chunk: Buffer): void;
  end(): void;
}

/** What arrives, in order. An exception from a callback ends the connection with that exception. */
export interface ReplicationListener {
  /** One message of the log: `bytes` from `offset` on, valid during the call only. */
  log(lsn: bigint, bytes: Buffer, offset: number): void;
  keepalive(walEnd: bigint, replyRequested: boolean): void;
  /** The connection is gone; called at most once and last. */
  ended(error: unknown): void;
}

const LOG_DATA = 0x77; // 'w'
const KEEPALIVE = 0x6b; // 'k'
/** XLogData: 'w', int64 position, int64 end of the log, int64 clock. */
const LOG_DATA_HEADER = 25;
/** A server that does not answer the farewell within this time is left without one. */
const CLOSE_TIMEOUT_MS = 2_000;

/** A connection in replication mode: streams a slot, takes status updates, can be paused. */
export class ReplicationConnection {
  private readonly client: Client;
  private readonly copy: CopyConnection;
  private listener: ReplicationListener | null = null;

  private constructor(connection: ServerConnection) {
    const config = { ...clientConfig(connection, 'log reader'), replication: 'database' };
    this.client = new Client(config);
    this.copy = (this.client as unknown as { connection: CopyConnection }).connection;
    this.client.on('error', (error) => this.end(error));
    this.client.on('end', () => this.end(new ConnectionLostError('closed by the server')));
  }

  static async open(connection: ServerConnection): Promise<ReplicationConnection> {
    const opened = new ReplicationConnection(connection);
    try {
      await opened.client.connect();
      await opened.query(SET_TEXT_FORM);
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  /** `wal_sender_timeout` in milliseconds; 0 where the server waits for ever. */
  async walSenderTimeoutMs(): Promise<number> {
    const sql = `SELECT setting FROM pg_settings WHERE name = 'wal_sender_timeout'`;
    const result = await this.query<{ setting: string }>(sql);
    return Number(result.rows[0]?.setting ?? 60_000);
  }

  /** Starts where the server knows the slot to stand; resolves once the stream is open. */
  async start(slot: string, publication: string, listener: ReplicationListener): Promise<void> {
    this.listener = listener;
    const { promise: started, resolve } = Promise.withResolvers<void>();
    this.copy.once('replicationStart', () => {
      this.copy.removeAllListeners('copyData'); // pg's own does nothing here, for each message
      this.copy.on('copyData', (message: { chunk: Buffer }) => this.receive(message.chunk));
      resolve();
    });
    const publications = escapeLiteral(escapeIdentifier(publication));
    const streaming = this.client
      .query(
        // 0/0: never a position from this process's memory. After a failover the new server's log may hold other
        // transactions at the same positions, and the server would skip them.
        `START_REPLICATION SLOT ${escapeIdentifier(slot)} LOGICAL 0/0 ` +
          `(proto_version '1', publication_names ${publications}, messages 'true')`,
      )
      .then(() => {
        throw new ConnectionLostError('the server ended the stream');
      });
    streaming.catch((error: unknown) => this.end(error));
    // A time-out of pg's would end the stream itself.
    const unanswered = setTimeout(
      () => this.copy.stream.destroy(new ConnectionLostError('the server has not begun to stream')),
      QUERY_TIMEOUT_MS,
    );
    await Promise.race([started, streaming]).finally(() => clearTimeout(unanswered));
  }

  /** Also works, and must be used, while paused: else the server gives the reader up after `wal_sender_timeout`. */
  sendStatus(receivedLsn: bigint, confirmedLsn: bigint, replyRequested: boolean): void {
    this.copy.sendCopyFromChunk(encodeStatusUpdate(receivedLsn, confirmedLsn, Date.now(), replyRequested));
  }

  /** Stops reading from the socket; what is already in the current chunk (at most 64 KB) still arrives. */
  pause(): void {
    this.copy.stream.pause();
  }

  resume(): void {
    this.copy.stream.resume();
  }

  /** Ends the session after what was sent has gone out, so that the slot is free when this resolves. */
  async close(): Promise<void> {
    this.listener = null;
    const { stream } = this.copy;
    if (stream.destroyed) return;
    const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
    const timer = setTimeout(() => stream.destroy(), CLOSE_TIMEOUT_MS);
    // Not client.end(): with a query under way it destroys the socket, and the last status update with it.
    this.copy.end();
    stream.resume(); // a paused socket would not see the server's end
    await closed;
    clearTimeout(timer);
  }

  private query<Row extends QueryResultRow>(text: string): Promise<QueryResult<Row>> {
    const config = { text, query_timeout: QUERY_TIMEOUT_MS }; // @types/pg knows it for the client only
    return this.client.query<Row>(config);
  }

  private receive(chunk: Buffer): void {
    if (!this.listener) return;
    try {
      if (chunk[0] === LOG_DATA) this.listener.log(chunk.readBigUInt64BE(1), chunk, LOG_DATA_HEADER);
      // Keepalive: 'k', int64 end of the log, int64 clock, int8 reply requested.
      else if (chunk[0] === KEEPALIVE) this.listener.keepalive(chunk.readBigUInt64BE(1), chunk[17] === 1);
    } catch (error) {
      this.end(error);
    }
  }

  private end(error: unknown): void {
    const { listener } = this;
    this.listener = null;
    listener?.ended(error);
  }
}
