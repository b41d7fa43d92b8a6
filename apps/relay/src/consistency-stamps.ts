import { type ConsistencyTokens, walPosition } from '@madang/replicas/token';
import { Logger } from '@nestjs/common';
import { Pool } from 'pg';

/** A primary that is there answers in far less; one that is not must not hold events up. */
const PATIENCE_MS = 1_000;

/**
 * How far a database is, as a token for the events that come from it. A row cannot know the place of its own commit; where the primary is after
 * the row has come out of its log lies beyond it.
 */
export class ConsistencyStamps {
  private readonly logger = new Logger(ConsistencyStamps.name);
  /** The servers of each database, of which one at a time is the primary. */
  private readonly servers: ReadonlyMap<string, readonly Pool[]>;
  private readonly asked = new Map<string, Promise<string | undefined>>();

  constructor(
    urls: readonly string[],
    private readonly tokens: ConsistencyTokens,
  ) {
    const byDatabase = Map.groupBy(urls, (url) => decodeURIComponent(new URL(url).pathname.slice(1)));
    this.servers = new Map([...byDatabase].map(([database, of]) => [database, of.map(serverAt)]));
  }

  /** Undefined if no primary answers: whoever reacts to the event then has to read the primary. Who asks in the same moment has one answer. */
  stampOf(database: string): Promise<string | undefined> {
    const asked = this.asked.get(database) ?? this.ask(database);
    if (!this.asked.has(database)) {
      this.asked.set(database, asked);
      process.nextTick(() => this.asked.delete(database)); // before anything else is read: rows that come later may lie beyond it
    }
    return asked;
  }

  private async ask(database: string): Promise<string | undefined> {
    const faults: unknown[] = [];
    for (const server of this.servers.get(database) ?? []) {
      try {
        return this.tokens.sign(await walPosition(server));
      } catch (error) {
        faults.push(error);
      }
    }
    this.logger.warn(`No primary of ${database} says where it is, so its events go without a token: ${faults.map(String).join('; ') || 'none is configured'}`);
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.all([...this.servers.values()].flat().map((server) => server.end()));
  }
}

function serverAt(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: 1, connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS, application_name: 'relay' });
  pool.on('error', () => undefined); // an idle connection that has ended; the next question tells
  return pool;
}
