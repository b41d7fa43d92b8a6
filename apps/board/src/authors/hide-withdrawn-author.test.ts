import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent } from '@madang/event-bus';
import type { MemberPayload } from '@madang/events';
import { Inbox, Outbox, OutboxRow } from '@madang/outbox';
import { DataSource, Raw } from 'typeorm';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { boardDatabase } from '../data-source';
import { ChangePostService } from '../posts/change-post.service';
import { PublishPostService } from '../posts/publish-post.service';
import { HideWithdrawnAuthorService } from './hide-withdrawn-author.service';
import { lockActiveAuthor } from './lock-active-author';

let infra: Infra;
let database: DataSource;
let posts: PublishPostService;
let changes: ChangePostService;
let authors: HideWithdrawnAuthorService;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] } });
  database = await new DataSource({ ...boardDatabase(infra.postgres.url('board')), migrationsRun: true }).initialize();
  posts = new PublishPostService(database, new Outbox());
  changes = new ChangePostService(database, new Outbox());
  authors = new HideWithdrawnAuthorService(new Inbox(database, 'board'), new Outbox());
});

afterAll(async () => {
  await database?.destroy();
  await infra?.stop();
});

const draft = { title: 'A walk', body: 'Who joins?' };

function withdrawnEvent(memberId: string): DomainEvent<MemberPayload> {
  return {
    id: randomUUID(),
    type: 'member.withdrawn',
    schemaVersion: 1,
    source: '/member',
    aggregateId: memberId,
    aggregateVersion: 2,
    time: new Date().toISOString(),
    payload: { memberId },
  };
}

async function visiblePosts(authorId: string): Promise<number> {
  const rows: unknown[] = await database.query('SELECT FROM post WHERE author_id = $1 AND hidden_at IS NULL', [authorId]);
  return rows.length;
}

describe('a withdrawal', () => {
  it('hides every post of the member, tells the others, and leaves other members alone', async () => {
    const [author, other] = [randomUUID(), randomUUID()];
    const mine = [await posts.publish(author, draft), await posts.publish(author, draft)];
    await posts.publish(other, draft);
    await authors.hide(withdrawnEvent(author));
    expect(await visiblePosts(author)).toBe(0);
    expect(await visiblePosts(other)).toBe(1);

    const events = await database.getRepository(OutboxRow).findBy({ type: 'post.hidden' });
    const expected = mine.map((post) => ({
      aggregateId: post?.id,
      aggregateVersion: 2,
      payload: { postId: post?.id, authorId: author, reason: 'author-withdrawn' },
    }));
    expect(events).toHaveLength(2);
    expect(events).toEqual(expect.arrayContaining(expected.map((event) => expect.objectContaining(event))));
  });

  it('erases the words of the posts', async () => {
    const author = randomUUID();
    await posts.publish(author, draft);
    await authors.hide(withdrawnEvent(author));
    expect(await database.query('SELECT title, body FROM post WHERE author_id = $1', [author])).toEqual([{ title: null, body: null }]);
  });

  it('leaves what is hidden already as it is', async () => {
    const author = randomUUID();
    const [deleted, visible] = [await posts.publish(author, draft), await posts.publish(author, draft)];
    await changes.delete(deleted?.id ?? '', author);
    const before: object[] = await database.query('SELECT * FROM post WHERE id = $1', [deleted?.id]);
    await authors.hide(withdrawnEvent(author));
    await authors.hide(withdrawnEvent(author)); // another event: the inbox does not know it
    expect(await database.query('SELECT * FROM post WHERE id = $1', [deleted?.id])).toEqual(before);
    const told = await database.getRepository(OutboxRow).findBy({ type: 'post.hidden', payload: Raw((column) => `${column} ->> 'authorId' = :author`, { author }) });
    expect(told.map(({ aggregateId, aggregateVersion }) => [aggregateId, aggregateVersion])).toEqual([[visible?.id, 2]]);
  });

  it('that is delivered twice takes effect once', async () => {
    const author = randomUUID();
    await posts.publish(author, draft);
    const event = withdrawnEvent(author);
    await expect(authors.hide(event)).resolves.toBe('applied');
    await expect(authors.hide(event)).resolves.toBe('duplicate');
  });

  it('that arrives before the member’s first post keeps it from appearing', async () => {
    const author = randomUUID();
    await authors.hide(withdrawnEvent(author));
    await expect(posts.publish(author, draft)).resolves.toBeUndefined();
    expect(await visiblePosts(author)).toBe(0);
  });

  it('waits for a post that is being published, and hides it too', async () => {
    const author = randomUUID();
    await posts.publish(author, draft); // the author's row exists: only FOR SHARE is left to hold the withdrawal back
    let finished = false;
    const hidden = await database.transaction(async (manager) => {
      expect(await lockActiveAuthor(manager, author)).toBe(true);
      await manager.query(
        `INSERT INTO post (id, author_id, title, body, version, created_at) VALUES ($1, $2, 't', 'b', 1, now())`,
        [randomUUID(), author],
      );
      const hiding = authors.hide(withdrawnEvent(author)).finally(() => (finished = true));
      await sleep(200);
      expect(finished).toBe(false); // without the lock it would be done by now, and have missed the post
      return { hiding };
    });
    await hidden.hiding;
    expect(await visiblePosts(author)).toBe(0);
  });

  it('never leaves a post visible, however the two race', async () => {
    const race = async (): Promise<number> => {
      const author = randomUUID();
      await posts.publish(author, draft);
      const publishing = Array.from({ length: 4 }, () => posts.publish(author, draft));
      await Promise.all([...publishing, authors.hide(withdrawnEvent(author)), posts.publish(author, draft)]);
      return visiblePosts(author);
    };
    const left = await Promise.all(Array.from({ length: 50 }, race));
    expect(left.filter((count) => count > 0)).toEqual([]);
  });
});
