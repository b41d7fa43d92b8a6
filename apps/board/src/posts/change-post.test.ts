import { randomUUID } from 'node:crypto';
import { Outbox, OutboxRow } from '@madang/outbox';
import { ForbiddenProblem, NotFoundProblem, rowIds } from '@madang/service-kit';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { boardDatabase } from '../data-source';
import { ChangePostService } from './change-post.service';
import { PublishPostService } from './publish-post.service';

let infra: Infra;
let database: DataSource;
let posts: PublishPostService;
let changes: ChangePostService;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'] } });
  database = await new DataSource({ ...boardDatabase(infra.postgres.url('board')), migrationsRun: true }).initialize();
  posts = new PublishPostService(database, new Outbox(), rowIds());
  changes = new ChangePostService(database, new Outbox());
});

afterAll(async () => {
  await database?.destroy();
  await infra?.stop();
});

async function publish(): Promise<{ id: string; author: string }> {
  const author = randomUUID();
  const post = await posts.publish(author, { title: 'A walk', body: 'Who joins?' });
  if (!post) throw new Error('not published');
  return { id: post.id, author };
}

/** Types and versions, in order of the versions. */
async function eventsOf(postId: string): Promise<[string, number][]> {
  const rows = await database.getRepository(OutboxRow).find({ where: { aggregateId: postId }, order: { aggregateVersion: 'ASC' } });
  return rows.map(({ type, aggregateVersion }) => [type, aggregateVersion]);
}

interface State {
  readonly title: string | null;
  readonly body: string | null;
  readonly version: number;
  readonly event: string | null;
}

/** The post, and the event that the transaction that wrote it has written as well. */
async function stateOf(postId: string): Promise<State | undefined> {
  const [row]: State[] = await database.query(
    `SELECT p.title, p.body, p.version, o.type AS event FROM post p
     LEFT JOIN outbox o ON o.aggregateid = p.id::text AND o.aggregateversion = p.version AND o.xmin = p.xmin
     WHERE p.id = $1`,
    [postId],
  );
  return row;
}

describe('a post and its event are one commit, with one version, when it is', () => {
  it('published', async () => {
    const { id, author } = await publish();
    expect(await stateOf(id)).toEqual({ title: 'A walk', body: 'Who joins?', version: 1, event: 'post.published' });
    const [event] = await database.getRepository(OutboxRow).findBy({ aggregateId: id });
    expect(event).toMatchObject({ aggregateType: 'post', payload: { postId: id, authorId: author } });
  });

  it('edited', async () => {
    const { id, author } = await publish();
    await changes.edit(id, author, { title: 'A longer walk' });
    expect(await stateOf(id)).toEqual({ title: 'A longer walk', body: 'Who joins?', version: 2, event: 'post.edited' });
    const [, event] = await database.getRepository(OutboxRow).find({ where: { aggregateId: id }, order: { aggregateVersion: 'ASC' } });
    expect(event).toMatchObject({ aggregateType: 'post', payload: { postId: id, authorId: author } });
  });

  it('deleted, and its words are gone', async () => {
    const { id, author } = await publish();
    await changes.delete(id, author);
    expect(await stateOf(id)).toEqual({ title: null, body: null, version: 2, event: 'post.deleted' });
    expect(await eventsOf(id)).toEqual([['post.published', 1], ['post.deleted', 2]]);
  });
});

describe('nothing changes and nothing is told when', () => {
  it('somebody else tries', async () => {
    const { id } = await publish();
    await expect(changes.edit(id, randomUUID(), { title: 'mine' })).rejects.toBeInstanceOf(ForbiddenProblem);
    await expect(changes.delete(id, randomUUID())).rejects.toBeInstanceOf(ForbiddenProblem);
    expect(await stateOf(id)).toMatchObject({ title: 'A walk', version: 1 });
    expect(await eventsOf(id)).toEqual([['post.published', 1]]);
  });

  it('the event cannot be written', async () => {
    const { id, author } = await publish();
    const broken = new ChangePostService(database, { publish: () => Promise.reject(new Error('killed here')) });
    await expect(broken.edit(id, author, { title: 'lost' })).rejects.toThrow('killed here');
    await expect(broken.delete(id, author)).rejects.toThrow('killed here');
    expect(await stateOf(id)).toMatchObject({ title: 'A walk', version: 1 });
  });
});

describe('changes at the same time', () => {
  it('get consecutive versions', async () => {
    const { id, author } = await publish();
    await Promise.all(Array.from({ length: 8 }, (_, index) => changes.edit(id, author, { title: `title ${index}` })));
    expect(await eventsOf(id)).toEqual([['post.published', 1], ...Array.from({ length: 8 }, (_, index) => ['post.edited', index + 2])]);
  });

  it('take turns with a deletion: nothing is edited after it', async () => {
    const race = async (): Promise<void> => {
      const { id, author } = await publish();
      const edit = (): Promise<unknown> => changes.edit(id, author, { title: 'later' });
      const [deletion, ...edits] = await Promise.allSettled([changes.delete(id, author), edit(), edit(), edit()]);
      expect(deletion?.status).toBe('fulfilled');
      const refused = edits.flatMap((edited) => (edited.status === 'rejected' ? [edited.reason as unknown] : []));
      expect(refused.filter((reason) => !(reason instanceof NotFoundProblem))).toEqual([]);
      const events = await eventsOf(id);
      expect(events.map(([, version]) => version)).toEqual(events.map((_, index) => index + 1));
      expect(events.at(-1)?.[0]).toBe('post.deleted');
    };
    for (let round = 0; round < 10; round++) await Promise.all([race(), race(), race()]);
  });
});
