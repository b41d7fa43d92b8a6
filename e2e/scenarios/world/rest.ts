import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../infra/core/user-facing-error.ts';
import type { Databases } from './databases.ts';
import type { Ground } from './ground.ts';
import type { Topics } from './topics.ts';

const DATABASES = ['member', 'board', 'chat', 'moderator'];
/** Who reads what, in the order in which an event meets them. */
const GROUPS: readonly (readonly [group: string, topics: readonly string[]])[] = [
  ['relay', DATABASES.map((database) => `cdc.${database}.public.outbox`)],
  ['board', ['member.events.v1']],
  ['moderator', ['chat.events.v1']],
  ['chat', ['member.events.v1', 'chat.commands.v1']],
];
const REPLICAS = ['replica-1', 'replica-2'] as const;
/** A message that is judged, warned of and told goes round three times. */
const MOST_ROUNDS = 6;
const POLL_MS = 150;
/** Processes that died several times in a row are started again after up to 15 s. */
const PATIENCE_MS = 120_000;

interface Parts {
  readonly ground: Ground;
  readonly databases: Databases;
  readonly topics: Topics;
  readonly signal: AbortSignal;
}

/**
 * Waits until whatever has been committed so far has been read from the log, has passed Kafka, has taken effect, and is on each
 * replica; and until every service is ready. Somebody else's traffic may go on meanwhile.
 *
 * @throws Error that says what has not come to rest
 */
export async function comeToRest({ ground, databases, topics, signal }: Parts): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (;;) {
      const outcome = await holds().catch(messageOf);
      if (outcome === true) return;
      signal.throwIfAborted();
      if (performance.now() > deadline) throw new Error(`It has not come to rest within ${PATIENCE_MS / 1_000} s: ${what}${outcome === false ? '' : ` (${outcome})`}`);
      await sleep(POLL_MS);
    }
  };
  await until('a service is not ready', () => allReady(ground));
  for (let round = 0, before = ''; round < MOST_ROUNDS; round += 1) {
    const committed = await settled(until, () => committedEvents(databases));
    if (committed === before) return;
    before = committed;
    const position = await settled(until, () => logPosition(databases));
    await until('a slot is behind the log', async () => (await databases.query('postgres', 'SELECT FROM pg_replication_slots WHERE slot_type = $2 AND NOT temporary AND confirmed_flush_lsn < $1::pg_lsn', [position, 'logical'])).length === 0);
    for (const [group, read] of GROUPS) {
      const ends = await settled(until, () => topics.ends(read));
      await until(`the group ${group} is behind`, async () => {
        const committedTo = await topics.committed(group, read);
        return [...ends].every(([place, end]) => (committedTo.get(place) ?? 0n) >= end);
      });
    }
    for (const replica of REPLICAS) {
      await until(`${replica} is behind the primary`, async () => (await databases.at(replica, 'postgres', 'SELECT WHERE pg_last_wal_replay_lsn() >= $1::pg_lsn', [position])).length === 1);
    }
  }
}

type Until = (what: string, holds: () => Promise<boolean>) => Promise<void>;

/** The answer, once there is one. */
async function settled<T>(until: Until, ask: () => Promise<T>): Promise<T> {
  let answer: [T] | undefined;
  await until('a part does not answer', async () => {
    answer = [await ask()];
    return true;
  });
  if (!answer) throw new Error('unreachable');
  return answer[0];
}

async function allReady({ addresses, chatNodes }: Ground): Promise<boolean> {
  const bases = new Set([...Object.values(addresses), ...chatNodes]);
  const statuses = await Promise.all([...bases].map(async (base) => (await fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(3_000) })).status));
  return statuses.every((status) => status === 200);
}

async function committedEvents(databases: Databases): Promise<string> {
  const counts = await Promise.all(DATABASES.map((database) => databases.query<{ count: string }>(database, 'SELECT count(*) FROM outbox')));
  return counts.flat().map(({ count }) => count).join('/');
}

async function logPosition(databases: Databases): Promise<string> {
  const [row] = await databases.query<{ lsn: string }>('postgres', 'SELECT pg_current_wal_flush_lsn()::text AS lsn');
  if (!row) throw new Error('The primary tells no position of the log');
  return row.lsn;
}
