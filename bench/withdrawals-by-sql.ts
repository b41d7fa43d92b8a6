import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Stack } from '../e2e/stack.ts';

const AUTHORS = 'INSERT INTO author (id) SELECT unnest($1::uuid[])';

const POSTS = `
  INSERT INTO post (id, author_id, title, body, version, created_at)
  SELECT uuidv7(), id, 'A walk', 'Who joins?', 1, now() FROM unnest($1::uuid[]) AS id`;

// As the member service writes it, trace context included: the hops then cost what they cost.
const WITHDRAWALS = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, traceparent)
  SELECT uuidv7(), 'member', id, 2, 'member.withdrawn', 1, jsonb_build_object('memberId', id),
    format('00-%s-%s-01', md5(id), left(md5(id), 16))
  FROM unnest($1::text[]) AS id
  RETURNING id`;

/** A connection as the role that owns the database. */
export async function connectAsOwner({ sandbox }: Stack, database: string): Promise<Client> {
  const password = sandbox.secrets.postgres.owners[database];
  const client = new Client({ host: '127.0.0.1', port: sandbox.ports.POSTGRES_PORT, user: database, password, database });
  client.on('error', () => undefined); // the server may be killed: the query in hand rejects
  await client.connect();
  return client;
}

/** Members of whom the board knows; with a post each if asked for. @returns their ids */
export async function newAuthors(board: Client, count: number, { withPosts }: { withPosts: boolean }): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (let from = 0; from < count; from += 10_000) {
    const some = ids.slice(from, from + 10_000);
    await board.query(AUTHORS, [some]);
    if (withPosts) await board.query(POSTS, [some]);
  }
  return ids;
}

/** The outbox rows of their withdrawals, in one transaction. @returns the events' ids */
export async function withdrawBySql(member: Client, ids: readonly string[]): Promise<string[]> {
  const { rows } = await member.query<{ id: string }>(WITHDRAWALS, [ids]);
  return rows.map(({ id }) => id);
}
