import { postDeleted, postEdited } from '@madang/events';
import { Outbox } from '@madang/outbox';
import { ForbiddenProblem, NotFoundProblem } from '@madang/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { POST_COLUMNS, type PostChange, type VisiblePost } from './post.contract';

interface Versioned {
  readonly version: number;
}

const LOCK = 'SELECT author_id AS "authorId" FROM post WHERE id = $1 AND hidden_at IS NULL FOR UPDATE';

const EDIT = `
  UPDATE post SET title = COALESCE($2, title), body = COALESCE($3, body), version = version + 1
  WHERE id = $1
  RETURNING ${POST_COLUMNS}, version`;

const HIDE = `
  UPDATE post SET title = NULL, body = NULL, hidden_at = now(), version = version + 1
  WHERE id = $1
  RETURNING version`;

/** Edits and deletes one's own posts. Throws a problem if the post is not there, or somebody else's. */
@Injectable()
export class ChangePostService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
  ) {}

  async edit(postId: string, authorId: string, { title, body }: PostChange): Promise<VisiblePost> {
    return this.dataSource.transaction(async (manager) => {
      await lockOwn(manager, postId, authorId);
      const post = await updateOne<VisiblePost & Versioned>(manager, EDIT, [postId, title, body]);
      const event = { aggregateId: postId, aggregateVersion: post.version, payload: { postId, authorId } };
      await this.outbox.publish(manager, postEdited.occurred(event));
      return post;
    });
  }

  async delete(postId: string, authorId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockOwn(manager, postId, authorId);
      const { version } = await updateOne<Versioned>(manager, HIDE, [postId]);
      const event = { aggregateId: postId, aggregateVersion: version, payload: { postId, authorId } };
      await this.outbox.publish(manager, postDeleted.occurred(event));
    });
  }
}

async function lockOwn(manager: EntityManager, postId: string, authorId: string): Promise<void> {
  const [post]: { authorId: string }[] = await manager.query(LOCK, [postId]);
  if (!post) throw new NotFoundProblem('post-not-found', { detail: 'No post has this id, or it is hidden.' });
  if (post.authorId !== authorId) throw new ForbiddenProblem('not-your-post', { detail: 'Only its author may change a post.' });
}

/** Runs an UPDATE ... RETURNING on a row that is locked, so it is there. */
async function updateOne<T>(manager: EntityManager, sql: string, parameters: unknown[]): Promise<T> {
  const [[row]]: [T[], number] = await manager.query(sql, parameters);
  if (row === undefined) throw new Error('A locked row was not updated');
  return row;
}
