import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent } from '@madang/event-bus';
import type { MemberPayload } from '@madang/events';
import { Inbox, Outbox, OutboxRow } from '@madang/outbox';
import { rowIds } from '@madang/service-kit';
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
  posts = new PublishPostService(database, new Outbox(), rowIds());
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
    await authors.hide([withdrawnEvent(author)]);
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
    await authors.hide([withdrawnEvent(author)]);
    expect(await database.query('SELECT title, body FROM post WHERE author_id = $1', [author])).toEqual([{ title: null, body: null }]);
  });

  it('leaves what is hidden already as it is', async () => {
    const author = randomUUID();
    const [deleted, visible] = [await posts.publish(author, draft), await posts.publish(author, draft)];
    await changes.delete(deleted?.id ?? '', author);
    const before: object[] = await database.query('SELECT * FROM post WHERE id = $1', [deleted?.id]);
    await authors.hide([withdrawnEvent(author)]);
    await authors.hide([withdrawnEvent(author)]); // another event: the inbox does not know it
    expect(await database.query('SELECT * FROM post WHERE id = $1', [deleted?.id])).toEqual(before);
    const told = await database.getRepository(OutboxRow).findBy({ type: 'post.hidden', payload: Raw((column) => `${column} ->> 'authorId' = :author`, { author }) });
    expect(told.map(({ aggregateId, aggregateVersion }) => [aggregateId, aggregateVersion])).toEqual([[visible?.id, 2]]);
  });

  it('that is delivered twice takes effect once', async () => {
    const author = randomUUID();
    await posts.publish(author, draft);
    const event = withdrawnEvent(author);
    await expect(authors.hide([event])).resolves.toBe(1);
    await expect(authors.hide([event])).resolves.toBe(0);
  });

  it('that arrives before the member’s first post keeps it from appearing', async () => {
    const author = randomUUID();
    await authors.hide([withdrawnEvent(author)]);
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
      const hiding = authors.hide([withdrawnEvent(author)]).finally(() => (finished = true));
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
      await Promise.all([...publishing, authors.hide([withdrawnEvent(author)]), posts.publish(author, draft)]);
      return visiblePosts(author);
    };
    const left = await Promise.all(Array.from({ length: 50 }, race));
    expect(left.filter((count) => count > 0)).toEqual([]);
  });
});

describe('many withdrawals at once', () => {
  const authorsWithPosts = (count: number): Promise<string[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const author = randomUUID();
        await posts.publish(author, draft);
        return author;
      }),
    );

  const hiddenEventsOf = (author: string): Promise<OutboxRow[]> =>
    database.getRepository(OutboxRow).findBy({ type: 'post.hidden', payload: Raw((column) => `${column} ->> 'authorId' = :author`, { author }) });

  it('hide the posts of each in one transaction, and tell of each in the trace of its own withdrawal', async () => {
    const leaving = await authorsWithPosts(20);
    const traceparentOf = (index: number): string => `00-${String(index + 1).padStart(32, '0')}-b7ad6b7169203331-01`;
    const events = leaving.map((author, index) => ({ ...withdrawnEvent(author), traceparent: traceparentOf(index) }));
    await expect(authors.hide(events)).resolves.toBe(20);
    for (const [index, author] of leaving.entries()) {
      expect(await visiblePosts(author)).toBe(0);
      expect((await hiddenEventsOf(author)).map(({ traceparent }) => traceparent)).toEqual([traceparentOf(index)]);
    }
    const commits: unknown[] = await database.query('SELECT DISTINCT xmin::text FROM inbox WHERE message_id = ANY($1)', [events.map(({ id }) => id)]);
    expect(commits).toHaveLength(1);
  });

  it('take effect once where one comes twice, in the batch or from another one, or a member is told of twice', async () => {
    const [first, second, third] = (await authorsWithPosts(3)) as [string, string, string];
    const [one, two, three] = [withdrawnEvent(first), withdrawnEvent(second), withdrawnEvent(third)];
    await authors.hide([two]);
    await expect(authors.hide([one, two, one, three, withdrawnEvent(first)])).resolves.toBe(3);
    for (const author of [first, second, third]) {
      expect(await visiblePosts(author)).toBe(0);
      expect(await hiddenEventsOf(author)).toHaveLength(1);
    }
  });

  it('take no effect at all where one cannot, and each effect afterwards', async () => {
    const leaving = await authorsWithPosts(3);
    const events = leaving.map(withdrawnEvent);
    const poison = { ...withdrawnEvent(randomUUID()), payload: { memberId: 'no uuid' } };
    await expect(authors.hide([...events, poison])).rejects.toMatchObject({ code: '22P02' });
    expect(await Promise.all(leaving.map(visiblePosts))).toEqual([1, 1, 1]);
    await expect(authors.hide(events)).resolves.toBe(3);
    expect(await Promise.all(leaving.map(visiblePosts))).toEqual([0, 0, 0]);
  });

  it('that come to several instances at once take effect once', async () => {
    const leaving = await authorsWithPosts(60);
    const events = leaving.map(withdrawnEvent);
    const again = leaving.toReversed().map(withdrawnEvent); // the inbox does not know these, the authors' rows do
    await Promise.all([events, events.toReversed(), again, again.toReversed(), events, again].map((batch) => authors.hide(batch)));
    expect(await Promise.all(leaving.map(async (author) => (await hiddenEventsOf(author)).length))).toEqual(leaving.map(() => 1));
  });

  it('wait for one another in one direction only, whatever the order in which they name the members', async () => {
    const leaving = (await authorsWithPosts(3)).toSorted();
    const both = await database.transaction(async (manager) => {
      // Both come as far as they can: had each begun at its own end, neither could go on afterwards.
      await manager.query('SELECT FROM author WHERE id = $1 FOR UPDATE', [leaving[1]]);
      const hiding = [leaving, leaving.toReversed()].map((ids) => authors.hide(ids.map(withdrawnEvent)));
      const outcome = Promise.all(hiding);
      outcome.catch(() => undefined);
      await sleep(300);
      return { outcome };
    });
    await expect(both.outcome).resolves.toEqual([3, 3]);
  });

  it('never leave a post visible, however they race with it', async () => {
    for (let round = 0; round < 5; round++) {
      const leaving = await authorsWithPosts(20);
      const publishing = leaving.map((author) => posts.publish(author, draft));
      const changing = leaving.map((author) => posts.publish(author, draft).then((post) => post && changes.edit(post.id, author, { title: 'New' }).catch(() => undefined)));
      await Promise.all([...publishing, authors.hide(leaving.toReversed().map(withdrawnEvent)), ...changing]);
      expect((await Promise.all(leaving.map(visiblePosts))).filter((count) => count > 0)).toEqual([]);
    }
  });
});
