import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import type { Sandbox } from '../infra/sandbox/sandbox.ts';

/** Where it looks; logs lie in `logs` under the directory. */
export type WitnessedSandbox = Pick<Sandbox, 'ports' | 'secrets' | 'stateDirectory'>;

const DATABASES = ['member', 'board', 'moderator'];

/** Looks where no client can: into the databases, the topics and the logs. For what HTTP cannot tell. */
export class Witness {
  readonly #sandbox: WitnessedSandbox;
  readonly #kafka: Kafka;

  constructor(sandbox: WitnessedSandbox) {
    this.#sandbox = sandbox;
    this.#kafka = new Kafka({ brokers: [`127.0.0.1:${sandbox.ports.KAFKA_PORT}`], logLevel: logLevel.NOTHING });
  }

  async query<Row extends pg.QueryResultRow>(database: string, sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const { secrets, ports } = this.#sandbox;
    const client = new pg.Client({ user: 'postgres', password: secrets.postgres.superuser, host: '127.0.0.1', port: ports.POSTGRES_PORT, database });
    await client.connect();
    try {
      return (await client.query<Row>(sql, parameters)).rows;
    } finally {
      await client.end();
    }
  }

  /** How many records all dead-letter topics hold. */
  async deadLetters(): Promise<number> {
    return this.#administer(async (admin) => {
      const topics = (await admin.listTopics()).filter((topic) => topic.endsWith('.dlq'));
      if (topics.length === 0) throw new Error('There is no dead-letter topic: this would prove nothing');
      const offsets = (await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)))).flat();
      return offsets.reduce((sum, { offset }) => sum + Number(offset), 0);
    });
  }

  /** Places that hold `text` now, in any case: `member.outbox`, `topic board.events.v1`, `log board.log`. */
  async placesOf(text: string): Promise<string[]> {
    const places = [...(await this.#tablesWith(text)), ...(await this.#topicsWith(text)), ...this.#logsWith(text)];
    return places.toSorted();
  }

  async #tablesWith(text: string): Promise<string[]> {
    const found: string[] = [];
    for (const database of DATABASES) {
      const tables = await this.query<{ name: string }>(
        database,
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
      );
      for (const { name } of tables) {
        // The text of a row holds every column.
        const rows = await this.query(database, `SELECT FROM ${name} AS t WHERE strpos(lower(t::text), $1) > 0 LIMIT 1`, [text.toLowerCase()]);
        if (rows.length > 0) found.push(name.replace('public', database));
      }
    }
    return found;
  }

  async #topicsWith(text: string): Promise<string[]> {
    const needle = text.toLowerCase();
    const found = new Set<string>();
    await this.#readAll((topic, record) => {
      if (record.toLowerCase().includes(needle)) found.add(`topic ${topic}`);
    });
    return [...found];
  }

  /** Every record of every topic, dead letters included, as one text: key, value and headers. */
  async #readAll(read: (topic: string, record: string) => void): Promise<void> {
    const { topics, left } = await this.#administer(async (admin) => {
      const names = (await admin.listTopics()).filter((topic) => !topic.startsWith('__'));
      const pending = new Map<string, number>();
      for (const topic of names) {
        for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
          if (Number(high) > Number(low)) pending.set(`${topic}/${partition}`, Number(high) - 1);
        }
      }
      return { topics: names, left: pending };
    });
    if (left.size === 0) return;
    const finished = Promise.withResolvers<void>();
    const consumer = this.#kafka.consumer({ groupId: `witness-${crypto.randomUUID()}` });
    await consumer.connect();
    try {
      await consumer.subscribe({ topics, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ topic, partition, message: { key, value, headers, offset } }) => {
          const texts = Object.entries(headers ?? {}).map(([name, content]) => `${name}=${String(content)}`);
          read(topic, [String(key), String(value), ...texts].join('\n'));
          const place = `${topic}/${partition}`;
          if (Number(offset) >= (left.get(place) ?? Number.POSITIVE_INFINITY)) left.delete(place);
          if (left.size === 0) finished.resolve();
        },
      });
      await finished.promise;
    } finally {
      await consumer.disconnect();
    }
  }

  #logsWith(text: string): string[] {
    const directory = join(this.#sandbox.stateDirectory, 'logs');
    const needle = text.toLowerCase();
    return readdirSync(directory).filter((file) => readFileSync(join(directory, file), 'utf8').toLowerCase().includes(needle)).map((file) => `log ${file}`);
  }

  async #administer<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      return await ask(admin);
    } finally {
      await admin.disconnect();
    }
  }
}
