import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import type { AnyStage } from '../stage.ts';

const DELAY_MS = 1_000;
const POSTS = 20;
const TOLD = ['Read-Replica', 'Read-Staleness-Ms', 'Read-Reason'];

interface Reaction {
  readonly postId: string;
  readonly withToken: number;
  readonly without: number;
}

/**
 * What readers see while one of the replicas is a second behind.
 * @param tells answers say which server was read: in development only
 */
export function consistencyScenarios(stage: AnyStage, { tells }: { readonly tells: boolean }): void {
  const get = async (path: string, headers: Record<string, string>): Promise<Response> => fetch(`${stage.platform.addresses.board}${path}`, { headers });

  async function delayReplica(ms: number): Promise<void> {
    const { secrets, ports } = stage.stack.sandbox;
    const client = new pg.Client({ user: 'postgres', password: secrets.postgres.superuser, host: '127.0.0.1', port: ports.REPLICA_2_PORT, database: 'postgres' });
    await client.connect();
    await client.query(`ALTER SYSTEM SET recovery_min_apply_delay = ${ms}`);
    await client.query('SELECT pg_reload_conf()');
    await client.end();
  }

  /** A service that reads each post of the author as soon as it hears of it: with the event's token, and without. */
  async function reacting(authorId: string, react: (reaction: Reaction) => void): Promise<{ stop(): Promise<void> }> {
    const kafka = new Kafka({ brokers: [`127.0.0.1:${stage.stack.sandbox.ports.KAFKA_PORT}`], logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}` });
    await consumer.connect();
    await consumer.subscribe({ topic: 'board.events.v1', fromBeginning: true });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({
      eachMessage: async ({ message: { headers = {}, value } }) => {
        const payload = JSON.parse(String(value)) as { postId: string; authorId: string };
        if (String(headers['ce_type']) !== 'post.published' || payload.authorId !== authorId) return;
        const path = `/posts/${payload.postId}`;
        const id = { 'x-consistency-id': randomUUID() };
        const without = await get(path, { 'x-consistency-id': randomUUID() });
        const withToken = await get(path, { ...id, 'x-consistency-token': String(headers['x-consistency-token']) });
        react({ postId: payload.postId, withToken: withToken.status, without: without.status });
      },
    });
    await joined;
    return { stop: () => consumer.disconnect() };
  }

  describe('while a replica is a second behind', () => {
    beforeAll(() => delayReplica(DELAY_MS));
    afterAll(() => delayReplica(0));

    it('whoever reacts to post.published finds the post with the token of the event, and without it often does not', async () => {
      const author = await stage.platform.newMember();
      const reactions: Reaction[] = [];
      const enough = Promise.withResolvers<void>();
      const reader = await reacting(author.id, (reaction) => {
        reactions.push(reaction);
        if (reactions.length === POSTS) enough.resolve();
      });
      try {
        for (let i = 0; i < POSTS; i++) await stage.platform.publish(author.token);
        await enough.promise;
      } finally {
        await reader.stop();
      }
      const missed = reactions.filter(({ without }) => without === 404).length;
      console.log(`reactions that miss the post: ${missed} of ${POSTS} without the token, ${reactions.filter(({ withToken }) => withToken !== 200).length} with it`);
      expect(reactions.map(({ withToken }) => withToken)).toEqual(Array(POSTS).fill(200));
      expect(missed).toBeGreaterThan(0);
    });

    it('a member finds their own post, and whoever has its token does; answers say which replica was read, in development only', async () => {
      const author = await stage.platform.newMember();
      const me = { authorization: `Bearer ${author.token}` };
      for (let i = 0; i < POSTS; i++) {
        const published = await fetch(`${stage.platform.addresses.board}/posts`, { method: 'POST', headers: { ...me, 'content-type': 'application/json' }, body: '{"title":"A walk","body":"Who joins?"}' });
        const { id } = (await published.json()) as { id: string };
        const token = published.headers.get('x-consistency-token') ?? '';
        const own = await get(`/posts/${id}`, me);
        const others = await get(`/posts/${id}`, { 'x-consistency-token': token, 'x-consistency-id': randomUUID() });
        expect([own.status, others.status]).toEqual([200, 200]);
        expect(others.headers.get('x-read-replica') ?? 'untold').toMatch(tells ? /^(replica-[12]|primary)$/ : /^untold$/);
        expect(others.headers.get('x-consistency-token')).toMatch(/^v1\.\d+\.\d+\./);
      }
    });

    it('nobody who keeps an id goes back in time', async () => {
      const author = await stage.platform.newMember();
      const ids = Array.from({ length: 20 }, () => randomUUID());
      const seen = new Map(ids.map((id) => [id, 0]));
      let back = 0;
      for (let i = 0; i < 10; i++) {
        await stage.platform.publish(author.token);
        await Promise.all(
          ids.map(async (id) => {
            const page = (await (await get(`/posts?authorId=${author.id}&limit=100`, { 'x-consistency-id': id })).json()) as { items: unknown[] };
            if (page.items.length < (seen.get(id) ?? 0)) back += 1;
            seen.set(id, page.items.length);
          }),
        );
      }
      expect(back).toBe(0);
      const metrics = await (await get('/metrics', {})).text();
      expect(metrics).toMatch(/^replicas_monotonic_violations_total 0$/m);
      expect(metrics).toMatch(/replicas_reads_total\{target="replica-2",level="session",reason="pinned"\} [1-9]/);
    });

    it('Swagger UI offers the headers with each operation on posts', async () => {
      const { paths } = (await (await get('/docs-json', {})).json()) as { paths: Record<string, Record<string, object>> };
      const operations = Object.entries(paths).flatMap(([path, item]) => (path.startsWith('/posts') ? Object.values(item) : []));
      expect(operations).toHaveLength(5);
      for (const operation of operations) {
        const text = JSON.stringify(operation);
        for (const header of ['Consistency-Id', 'Consistency-Token', 'Consistency-Level', ...(tells ? TOLD : [])]) expect(text).toContain(`"X-${header}"`);
        for (const header of tells ? [] : TOLD) expect(text).not.toContain(`"X-${header}"`);
      }
    });

    it('a token that nobody has signed, and a level that there is not, are refused', async () => {
      for (const headers of [{ 'x-consistency-token': 'v1.1.1.0/0.forged' }, { 'x-consistency-level': 'pinned' }, { 'x-consistency-id': 'two words' }] as Record<string, string>[]) {
        const answer = await get('/posts', headers);
        expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([400, 'application/problem+json']);
      }
    });
  });
}
