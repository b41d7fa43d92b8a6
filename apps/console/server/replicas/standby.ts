import { Pool } from 'pg';
import { parseLsn } from '../kafka/row-added';

/** A server that is up answers in a millisecond. */
const PATIENCE_MS = 1_000;

/** Where a standby is, at a moment. */
export interface Sample {
  /** When the answer came, in ms since 1970: it had come at least so far by then. */
  readonly at: number;
  readonly replayed: bigint;
  /** Of the last transaction that it has replayed, in ms since 1970 of the primary's clock. */
  readonly lastCommitAt: number | null;
  readonly paused: boolean;
  readonly delayMs: number;
}

const SAMPLE = `
  SELECT pg_last_wal_replay_lsn()::text AS replayed, extract(epoch FROM pg_last_xact_replay_timestamp())::float8 * 1000 AS last,
    pg_get_wal_replay_pause_state() <> 'not paused' AS paused, (SELECT setting::int FROM pg_settings WHERE name = 'recovery_min_apply_delay') AS delay`;

/** One PostgreSQL server, asked over one connection. */
export class Server {
  private readonly pool: Pool;

  constructor(
    readonly name: string,
    connectionString: string,
  ) {
    this.pool = new Pool({ connectionString, max: 2, connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS, application_name: 'console' });
    this.pool.on('error', () => undefined); // an idle connection that has ended; the next question tells
  }

  /** @throws where it is away, or no standby */
  async sample(): Promise<Sample> {
    const { rows } = await this.pool.query<{ replayed: string | null; last: number | null; paused: boolean; delay: number }>(SAMPLE);
    const [row] = rows;
    if (!row || row.replayed === null) throw new Error(`${this.name} is no standby`);
    return { at: Date.now(), replayed: parseLsn(row.replayed), lastCommitAt: row.last, paused: row.paused, delayMs: row.delay };
  }

  /** The end of the log, of a primary. @throws where it is away, or none */
  async written(): Promise<bigint> {
    const { rows } = await this.pool.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
    return parseLsn(rows[0]?.lsn ?? '0/0');
  }

  async query<Row extends object>(sql: string): Promise<Row[]> {
    return (await this.pool.query<Row>(sql)).rows;
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
