import { Kafka, logLevel } from 'kafkajs';
import type { PlatformClient } from '../../platform-client.ts';
import type { Stack } from '../../stack.ts';
import { Witness } from '../../witness.ts';
import type { History } from '../load/history.ts';
import type { Effect, Evidence, MemberRow, OutboxEvent, PostRow, Recovery } from './evidence.ts';
import { readTopics } from './read-topics.ts';

const OUTBOX = 'SELECT $1::text AS database, id, type, aggregateid AS "aggregateId", aggregateversion AS version FROM outbox';
const INBOX = 'SELECT consumer, message_id AS id FROM inbox';
const EFFECTS = 'SELECT event_id AS "eventId", aggregate_id AS "aggregateId", aggregate_version AS version FROM effect ORDER BY seq';
const COUNTERS = 'SELECT aggregate_id AS id, effects FROM counter';
const MEMBERS = 'SELECT id, email, version, withdrawn_at IS NOT NULL AS withdrawn FROM member';
const POSTS = 'SELECT id, author_id AS "authorId", title, version, hidden_at IS NOT NULL AS hidden FROM post';

/** Reads everything that the invariants look at. The platform must be at rest. */
export async function gather({ sandbox }: Stack, platform: PlatformClient, history: History, recovery: Recovery): Promise<Evidence> {
  const witness = new Witness(sandbox);
  const kafka = new Kafka({ brokers: [`127.0.0.1:${sandbox.ports.KAFKA_PORT}`], logLevel: logLevel.NOTHING });
  const outbox: OutboxEvent[] = [];
  for (const database of ['member', 'board']) {
    outbox.push(...(await witness.query<OutboxEvent>(database, OUTBOX, [database])));
  }
  const remembered = [];
  for (const database of ['board', 'ledger']) remembered.push(...(await witness.query<{ consumer: string; id: string }>(database, INBOX)));
  const inboxes = new Map<string, string[]>();
  for (const { consumer, id } of remembered) inboxes.set(consumer, [...(inboxes.get(consumer) ?? []), id]);
  const counters = await witness.query<{ id: string; effects: number }>('ledger', COUNTERS);
  const posts = await witness.query<PostRow>('board', POSTS);
  return {
    history,
    recovery,
    outbox,
    inboxes,
    posts,
    records: await readTopics(kafka),
    effects: await witness.query<Effect>('ledger', EFFECTS),
    counters: new Map(counters.map(({ id, effects }) => [id, effects])),
    members: await witness.query<MemberRow>('member', MEMBERS),
    listed: await listPosts(platform),
    readable: await readPosts(platform, posts),
  };
}

/** What no replica may hide: the campaign judges the way of the events, not that of the log. */
const STRONG = { 'x-consistency-level': 'strong' };

async function listPosts(platform: PlatformClient): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body } = await platform.posts(`limit=100${cursor && `&cursor=${cursor}`}`, STRONG);
    if (status !== 200) throw new Error(`GET /posts answers ${status}`);
    for (const { id } of body.items) ids.add(id);
    cursor = body.nextCursor;
  }
  return ids;
}

async function readPosts(platform: PlatformClient, posts: readonly PostRow[]): Promise<Set<string>> {
  const ids = new Set<string>();
  const left = [...posts];
  const reader = async (): Promise<void> => {
    for (let post = left.pop(); post; post = left.pop()) {
      const { status } = await platform.post(post.id, STRONG);
      if (status === 200) ids.add(post.id);
      else if (status !== 404) throw new Error(`GET /posts/${post.id} answers ${status}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, reader));
  return ids;
}
