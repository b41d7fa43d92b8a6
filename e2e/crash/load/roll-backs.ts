import pg from 'pg';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import type { Random } from '../random.ts';
import type { History } from './history.ts';

type Query = (sql: string, values?: readonly unknown[]) => Promise<unknown>;

const OUTBOX = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload)
  VALUES ($1, $2, $3, $4, $5, 1, $6)`;
const MEMBER = `INSERT INTO member (id, email, nickname, password_hash, version, created_at) VALUES ($1, $2, 'nobody', 'none', 1, now())`;
const ERASE = `
  UPDATE member SET email = NULL, nickname = NULL, password_hash = NULL, withdrawn_at = now(), version = version + 1
  WHERE id = $1 AND withdrawn_at IS NULL`;
const AUTHOR = 'INSERT INTO author (id) VALUES ($1) ON CONFLICT DO NOTHING';
const POST = `INSERT INTO post (id, author_id, title, body, version, created_at) VALUES ($1, $2, 'never', 'never', 1, now())`;
const HIDE = 'UPDATE post SET title = NULL, body = NULL, hidden_at = now(), version = version + 1 WHERE author_id = $1 AND hidden_at IS NULL';

/**
 * Transactions that write what the services write, in their tables, and do not commit: by ROLLBACK, because the client
 * goes away, or to a savepoint of a transaction that commits without them. They act on members who are there, too: a withdrawal
 * that was rolled back and the real one have the same aggregate and version, and differ by the event's id.
 */
export class RollBacks {
  readonly #sandbox: Sandbox;
  readonly #history: History;

  constructor(sandbox: Sandbox, history: History) {
    this.#sandbox = sandbox;
    this.#history = history;
  }

  /** Whatever becomes of the connection, nothing of it is committed. @param memberId somebody who may be there */
  async run(random: Random, memberId: string): Promise<void> {
    const database = random.chance(0.5) ? 'member' : 'board';
    const ending = random.pick(['rollback', 'savepoint', 'disconnect'] as const) ?? 'rollback';
    const eventIds = [crypto.randomUUID(), crypto.randomUUID()];
    // Before anything is written: an id that is never used cannot appear either.
    this.#history.rolledBack.push({ database, eventIds });
    const client = this.#client(database);
    const query: Query = (sql, values) => client.query(sql, values && [...values]);
    try {
      await client.connect();
      await query('BEGIN');
      const write = (): Promise<void> => (database === 'member' ? writeMembers : writePosts)(query, memberId, eventIds);
      switch (ending) {
        case 'rollback':
          await write();
          await query('ROLLBACK');
          break;
        case 'disconnect':
          await write();
          break;
        case 'savepoint':
          await this.#commitAround(database, query, memberId, write);
          break;
      }
    } catch {
      // The server has died, or a lock was not free in time: rolled back all the same.
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** The log then holds a transaction that commits, and in it one that does not. */
  async #commitAround(database: string, query: Query, memberId: string, write: () => Promise<void>): Promise<void> {
    const around = database === 'member' ? crypto.randomUUID() : undefined;
    await (around === undefined ? query(AUTHOR, [memberId]) : register(query, around, crypto.randomUUID()));
    await query('SAVEPOINT doubt');
    await write();
    await query('ROLLBACK TO SAVEPOINT doubt');
    const invokedAt = Date.now();
    const committed = await query('COMMIT').then(() => true, () => false);
    if (around === undefined) return;
    const answered = { outcome: committed ? 'ok' : 'unknown', status: 0, invokedAt, completedAt: Date.now() } as const;
    this.#history.operations.push({ ...answered, kind: 'register', email: emailOf(around), memberId: around });
  }

  #client(database: string): pg.Client {
    const { secrets, ports } = this.#sandbox;
    const client = new pg.Client({
      host: '127.0.0.1',
      port: ports.POSTGRES_PORT,
      user: database,
      password: secrets.postgres.owners[database],
      database,
      connectionTimeoutMillis: 2_000,
      statement_timeout: 2_000,
      query_timeout: 4_000,
    });
    client.on('error', () => undefined);
    return client;
  }
}

const emailOf = (memberId: string): string => `${memberId}@example.com`;

async function register(query: Query, memberId: string, eventId: string | undefined): Promise<void> {
  await query(MEMBER, [memberId, emailOf(memberId)]);
  await query(OUTBOX, [eventId, 'member', memberId, 1, 'member.registered', { memberId }]);
}

async function writeMembers(query: Query, memberId: string, [registered, withdrawn]: readonly string[]): Promise<void> {
  await register(query, crypto.randomUUID(), registered);
  await query(ERASE, [memberId]);
  await query(OUTBOX, [withdrawn, 'member', memberId, 2, 'member.withdrawn', { memberId }]);
}

async function writePosts(query: Query, authorId: string, [published, hidden]: readonly string[]): Promise<void> {
  const postId = crypto.randomUUID();
  await query(AUTHOR, [authorId]);
  await query(POST, [postId, authorId]);
  await query(OUTBOX, [published, 'post', postId, 1, 'post.published', { postId, authorId }]);
  await query(HIDE, [authorId]);
  await query(OUTBOX, [hidden, 'post', postId, 2, 'post.hidden', { postId, authorId, reason: 'author-withdrawn' }]);
}
