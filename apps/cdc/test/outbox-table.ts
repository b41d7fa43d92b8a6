import { randomUUID } from 'node:crypto';
import { CreateOutbox1764000000001 } from '@madang/outbox';
import { DataSource } from 'typeorm';

/** A row of the outbox, as far as a test says more than its key and version. */
export interface Row {
  readonly key: string;
  readonly version?: number;
  readonly payload?: unknown;
  readonly traceparent?: string;
  readonly createdAt?: string;
}

const INSERT = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, traceparent, createdat)
  VALUES ($1, 'member', $2, $3, 'member.registered', 1, $4, $5, coalesce($6::timestamptz, clock_timestamp()))`;

/** As psql would: many rows of one statement, which PostgreSQL's log holds with one position for many of them. */
const COPY = `
  COPY outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload) FROM PROGRAM
  'awk ''BEGIN { for (i = 1; i <= COUNT; i++) printf "PREFIX-0000-7000-8000-%012d,member,KEY-%d,%d,t,1,{}\\n", i, i % 5, int((i + 4) / 5) }''' (FORMAT csv)`;

/** The database `member` with its outbox, as the platform's migration makes it. */
export class OutboxTable {
  private constructor(
    private readonly owner: DataSource,
    private readonly admin: DataSource,
  ) {}

  static async open(ownerUrl: string, adminUrl: string): Promise<OutboxTable> {
    const owner = new DataSource({ type: 'postgres', url: ownerUrl, migrations: [CreateOutbox1764000000001], migrationsRun: true });
    const admin = new DataSource({ type: 'postgres', url: adminUrl });
    return new OutboxTable(await owner.initialize(), await admin.initialize());
  }

  /** One transaction. */
  async commit(...rows: Row[]): Promise<void> {
    await this.inTransaction(async (insert) => {
      for (const row of rows) await insert(row);
    });
  }

  /** Holds a transaction open around `work`; it is rolled back if that throws. */
  async inTransaction(work: (insert: (row: Row) => Promise<void>) => Promise<void>): Promise<void> {
    await this.owner.transaction((manager) =>
      work(async ({ key, version = 1, payload = {}, traceparent = null, createdAt = null }) => {
        await manager.query(INSERT, [randomUUID(), key, version, JSON.stringify(payload), traceparent, createdAt]);
      }),
    );
  }

  /** Rows of the keys `key-0` to `key-4` with the versions 1, 2, … in one statement. */
  async copy(key: string, count: number): Promise<void> {
    const prefix = randomUUID().slice(0, 8);
    await this.admin.query(COPY.replace('COUNT', String(count)).replace('PREFIX', prefix).replace('KEY', key));
  }

  /** As the superuser. */
  query<Result>(sql: string): Promise<Result[]> {
    return this.admin.query(sql);
  }

  async slotIsActive(): Promise<boolean> {
    const [slot] = await this.query<{ active: boolean }>(`SELECT active FROM pg_replication_slots WHERE slot_name = 'outbox_member'`);
    return slot?.active === true;
  }

  async close(): Promise<void> {
    await this.owner.destroy();
    await this.admin.destroy();
  }
}
