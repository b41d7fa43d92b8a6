import { setTimeout as sleep } from 'node:timers/promises';
import { EntitySchema } from 'typeorm';
import { connectTo } from '../../infra/postgres/connect.ts';
import { type Infra, startInfra } from '../../infra/test-infra.ts';

export interface Post {
  id: number;
  version: number;
  title: string;
  body: string;
}

export const Post = new EntitySchema<Post>({
  name: 'post',
  columns: { id: { type: 'integer', primary: true }, version: { type: 'integer' }, title: { type: 'text' }, body: { type: 'text' } },
});

export const DATABASE = 'board';
export const POSTS = 10_000;

/** A primary and two standbys with the same posts, all in memory. */
export async function startDatabase(): Promise<Infra> {
  const infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  try {
    await run(
      infra.postgres.url(DATABASE),
      'CREATE TABLE post (id integer PRIMARY KEY, version integer NOT NULL, title text NOT NULL, body text NOT NULL)',
      `INSERT INTO post SELECT n, 0, 'Post ' || n, repeat('x', 200) FROM generate_series(0, ${POSTS - 1}) AS n`,
      'VACUUM ANALYZE post',
    );
    for (const { adminUrl } of infra.postgres.replicas) await untilCaughtUp(infra, adminUrl(DATABASE));
    return infra;
  } catch (error) {
    await infra.stop();
    throw error;
  }
}

/** @returns the rows of the last statement */
export async function run(url: string, ...statements: readonly string[]): Promise<Record<string, string>[]> {
  const client = await connectTo(url);
  try {
    let rows: Record<string, string>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, string>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** The replica shows everything so much later. */
export async function delayReplay(replicaUrl: string, ms: number): Promise<void> {
  await run(replicaUrl, `ALTER SYSTEM SET recovery_min_apply_delay = ${ms}`, 'SELECT pg_reload_conf()');
}

/** Of the server's first process. */
export async function pidOf(adminUrl: string): Promise<number> {
  const [row] = await run(adminUrl, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid");
  return Number(row?.['pid']);
}

export async function untilCaughtUp(infra: Infra, replicaUrl: string): Promise<void> {
  const [place] = await run(infra.postgres.adminUrl(), 'SELECT pg_current_wal_flush_lsn()::text AS lsn');
  const reached = `SELECT (pg_last_wal_replay_lsn() >= '${place?.['lsn']}')::text AS reached`;
  while ((await run(replicaUrl, reached))[0]?.['reached'] !== 'true') await sleep(20);
}
