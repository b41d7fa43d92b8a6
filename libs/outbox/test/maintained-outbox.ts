import { register } from 'prom-client';
import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import {
  type Clocks,
  CreateInbox1764000000002,
  CreateOutbox1764000000001,
  IndexInbox1764000000004,
  OutboxMaintenance,
  PartitionOutbox1764000000003,
  type Retention,
} from '../src/index';

/** The part of infra's access to PostgreSQL that these tests need. */
interface Urls {
  adminUrl(database?: string): string;
  url(database: string, role?: string): string;
}

export const DAY_MS = 86_400_000;
export const RETENTION: Retention = { replayDays: 7, outboxDays: 8, inboxDays: 30 };

const ALL_MIGRATIONS: (new () => MigrationInterface)[] = [
  CreateOutbox1764000000001,
  CreateInbox1764000000002,
  PartitionOutbox1764000000003,
  IndexInbox1764000000004,
];

const INSERT = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, createdat)
  VALUES (gen_random_uuid(), 'account', $1, $2, 'account.opened', 1, '{}', $3)`;

/** One database with both tables and its slot, which stands for the log reader. Time goes by as `at` says. */
export class MaintainedOutbox {
  private constructor(
    readonly name: string,
    /** As the owner. */
    readonly database: DataSource,
    private readonly admin: DataSource,
  ) {}

  static async open(urls: Urls, name: string, migrations = ALL_MIGRATIONS): Promise<MaintainedOutbox> {
    const database = await MaintainedOutbox.connect({ type: 'postgres', url: urls.url(name), migrations, migrationsRun: true });
    return new MaintainedOutbox(name, database, await MaintainedOutbox.connect({ type: 'postgres', url: urls.adminUrl(name) }));
  }

  static connect(options: DataSourceOptions): Promise<DataSource> {
    return new DataSource(options).initialize();
  }

  /** Noon, UTC, some days from today: the first partition ends with today. */
  at(days: number): Date {
    return new Date((Math.floor(Date.now() / DAY_MS) + days + 0.5) * DAY_MS);
  }

  maintenance(days: number, clocks: Partial<Clocks> = {}): OutboxMaintenance {
    const all = { server: this.at(days), process: this.at(days), ...clocks };
    return new OutboxMaintenance(this.database, this.name, RETENTION, () => Promise.resolve(all));
  }

  async runAt(days: number, times = 1): Promise<void> {
    for (let time = 1; time <= times; time++) await this.maintenance(days).run();
  }

  async insert(aggregateId: string, createdAt: Date | string, version = 1): Promise<void> {
    await this.database.query(INSERT, [aggregateId, version, createdAt]);
  }

  /** Where each row is, by aggregate. */
  async places(): Promise<Record<string, string>> {
    const rows: { id: string; place: string }[] = await this.database.query(
      'SELECT aggregateid AS id, tableoid::regclass::text AS place FROM outbox ORDER BY createdat',
    );
    return Object.fromEntries(rows.map(({ id, place }) => [id, place]));
  }

  /** Every table of a day, attached or not. */
  async partitions(): Promise<string[]> {
    const rows: { name: string }[] = await this.database.query(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname ~ '^outbox_\\d{8}$' ORDER BY relname`,
    );
    return rows.map(({ name }) => name);
  }

  partitionAt(days: number): string {
    return `outbox_${this.at(days).toISOString().slice(0, 10).replaceAll('-', '')}`;
  }

  /** Reads the log to its end and confirms it, as a log reader does; the aggregates of the rows, in order. */
  async read(slot = `outbox_${this.name}`): Promise<string[]> {
    const messages = await this.asAdmin<{ data: Buffer }>(
      `SELECT data FROM pg_logical_slot_get_binary_changes($1, NULL, NULL, 'proto_version', '1', 'publication_names', 'outbox')`,
      [slot],
    );
    return messages.filter(({ data }) => data.toString('latin1', 0, 1) === 'I').map(({ data }) => columnOf(data, 2));
  }

  asAdmin<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.admin.query<Row[]>(sql, values);
  }

  async close(): Promise<void> {
    await Promise.all([this.database.destroy(), this.admin.destroy()]);
  }
}

/** The sum over all labels, as a scrape of this process would see it. */
export async function metric(name: string): Promise<number> {
  const values = (await register.getSingleMetric(name)?.get())?.values ?? [];
  return values.reduce((sum, { value }) => sum + value, 0);
}

/** Of an insert message of pgoutput: type, relation (4), `N`, number of columns (2), then `t`, length (4) and text, or `n`. */
function columnOf(message: Buffer, index: number): string {
  for (let at = 8, column = 0; ; column++) {
    if (message.toString('latin1', at, at + 1) === 'n') {
      at += 1;
      continue;
    }
    const end = at + 5 + message.readUInt32BE(at + 1);
    if (column === index) return message.toString('utf8', at + 5, end);
    at = end;
  }
}
