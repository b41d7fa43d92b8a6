import { Client } from 'pg';
import { LabError, messageOf } from '../lab.error';

const PATIENCE_MS = 5_000;

/** Speaks to the standbys as superuser. */
export class ReplicaClient {
  constructor(private readonly urls: ReadonlyMap<string, string>) {}

  /** All but the primary. */
  get names(): string[] {
    return [...this.urls.keys()].filter((name) => name !== 'primary');
  }

  /** @param ms after its commit at the primary a change is applied so late; 0: at once */
  async delay(replica: string, ms: number): Promise<void> {
    if (!Number.isSafeInteger(ms) || ms < 0) throw new LabError('refused', `A replica is delayed by whole milliseconds from 0 on, not by ${ms}.`);
    const set = ms === 0 ? 'ALTER SYSTEM RESET recovery_min_apply_delay' : `ALTER SYSTEM SET recovery_min_apply_delay = '${ms}ms'`;
    await this.ask(replica, set, 'SELECT pg_reload_conf()');
  }

  async pauseReplay(replica: string): Promise<void> {
    await this.ask(replica, 'SELECT pg_wal_replay_pause()');
  }

  async resumeReplay(replica: string): Promise<void> {
    await this.ask(replica, 'SELECT pg_wal_replay_resume()');
  }

  private async ask(replica: string, ...statements: readonly string[]): Promise<void> {
    const connectionString = this.urls.get(replica);
    if (connectionString === undefined || replica === 'primary') throw new LabError('unknown-process', `There is no replica "${replica}". There are: ${this.names.join(', ')}`);
    const client = new Client({ connectionString, connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS, application_name: 'lab' });
    // A server that dies shows in the next query; without a listener it would end this process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      // ALTER SYSTEM runs alone: two statements in one query would be a transaction.
      for (const statement of statements) await client.query(statement);
    } catch (error) {
      throw new LabError('unavailable', `${replica} does not answer (${messageOf(error)}).`, { cause: error });
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
