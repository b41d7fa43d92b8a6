import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { LogReader, type LogReaderOptions, parseLsn, type ReaderStats, type RowSink } from '../src/index';

/** The part of infra's access to PostgreSQL that these tests need. */
interface Urls {
  adminUrl(database?: string): string;
  url(database: string, role?: string): string;
}

export interface RunningReader {
  /** Settles when the reader ends. */
  readonly done: Promise<void>;
  stats(): ReaderStats;
  stop(): Promise<void>;
}

/** One database with an outbox table, its slot, and readers on it. */
export class OutboxDatabase {
  readonly slot: string;
  readonly readerUrl: string;
  private readonly readers: RunningReader[] = [];

  private constructor(
    readonly name: string,
    private readonly urls: Urls,
    /** As the owner. */
    readonly client: Client,
    private readonly admin: Client,
  ) {
    this.slot = `outbox_${name}`;
    this.readerUrl = urls.url(name, 'cdc');
  }

  static async open(urls: Urls, name: string): Promise<OutboxDatabase> {
    const client = await connect(urls.url(name));
    await client.query(`
      CREATE TABLE outbox (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(), aggregatetype text NOT NULL DEFAULT 'member',
        aggregateid text NOT NULL, aggregateversion bigint NOT NULL DEFAULT 1, type text NOT NULL DEFAULT 'member.registered',
        schemaversion integer NOT NULL DEFAULT 1, payload jsonb NOT NULL DEFAULT '{}', traceparent text,
        createdat timestamptz NOT NULL DEFAULT clock_timestamp());
      CREATE PUBLICATION outbox FOR TABLE outbox WITH (publish = 'insert', publish_via_partition_root = true);
      GRANT SELECT ON outbox TO outbox_reader`);
    return new OutboxDatabase(name, urls, client, await connect(urls.adminUrl(name)));
  }

  /** One more connection as the owner. */
  connect(): Promise<Client> {
    return connect(this.urls.url(this.name));
  }

  async insert(...ids: string[]): Promise<void> {
    await this.client.query(`INSERT INTO outbox (aggregateid) SELECT unnest($1::text[])`, [ids]);
  }

  async asAdmin<Row extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.admin.query<Row>(sql, values)).rows;
  }

  read(sink: RowSink, options: Partial<LogReaderOptions> = {}): RunningReader {
    const ended = new AbortController();
    const reader = new LogReader({ connection: this.readerUrl, slot: this.slot, publication: 'outbox', sink, ...options });
    const done = reader.run(ended.signal);
    done.catch(() => undefined); // looked at by those tests that expect it
    const running = {
      done,
      stats: () => reader.stats(),
      stop: () => {
        ended.abort();
        return done;
      },
    };
    this.readers.push(running);
    return running;
  }

  /** Also those that a failed test has left. */
  async stopReaders(): Promise<void> {
    await Promise.allSettled(this.readers.splice(0).map((reader) => reader.stop()));
  }

  async walSenderPid(): Promise<number | null> {
    const sql = 'SELECT active_pid AS pid FROM pg_replication_slots WHERE slot_name = $1';
    return (await this.asAdmin<{ pid: number | null }>(sql, [this.slot]))[0]?.pid ?? null;
  }

  async cutReader(): Promise<void> {
    await this.asAdmin('SELECT pg_terminate_backend($1)', [await this.walSenderPid()]);
  }

  /** Where the server would start to send again. */
  async confirmedLsn(): Promise<bigint> {
    const sql = 'SELECT confirmed_flush_lsn::text AS lsn FROM pg_replication_slots WHERE slot_name = $1';
    return parseLsn((await this.asAdmin<{ lsn: string }>(sql, [this.slot]))[0]?.lsn ?? '');
  }

  /**
   * What CDC_PUBLICATION_CHANGED tells a person to do. Twice, because the first time moves `catalog_xmin` only to the first
   * list of running transactions in the log that was not read.
   */
  async advanceSlot(): Promise<void> {
    for (let time = 1; time <= 2; time++) {
      await this.asAdmin('CHECKPOINT');
      await this.whenFree('SELECT pg_replication_slot_advance($1, pg_current_wal_lsn())');
    }
  }

  /** The server lets go of the slot a moment after its reader has gone. */
  private async whenFree(sql: string): Promise<void> {
    for (const deadline = Date.now() + 5_000; ; await sleep(20)) {
      try {
        await this.asAdmin(sql, [this.slot]);
        return;
      } catch (error) {
        const inUse = error instanceof Error && 'code' in error && error.code === '55006';
        if (!inUse || Date.now() > deadline) throw error;
      }
    }
  }

  async currentLsn(): Promise<bigint> {
    return parseLsn((await this.asAdmin<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn'))[0]?.lsn ?? '');
  }

  async close(): Promise<void> {
    await Promise.all([this.client.end(), this.admin.end()]);
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  client.on('error', () => undefined); // a test may take the server away
  await client.connect();
  return client;
}
