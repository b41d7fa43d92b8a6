import { postPublished } from '@madang/events';
import type { UuidV7Format } from '@madang/ids';
import { InjectIdFormat } from '@madang/ids/nest';
import { Outbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockActiveAuthor } from '../authors/lock-active-author';
import { type NewPost, POST_COLUMNS, type VisiblePost } from './post.contract';

const INSERT = `
  INSERT INTO post (id, author_id, title, body, version, created_at)
  VALUES ($1, $2, $3, $4, 1, now())
  RETURNING ${POST_COLUMNS}`;

@Injectable()
export class PublishPostService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    @InjectIdFormat('post') private readonly ids: UuidV7Format,
  ) {}

  /** Undefined if the author has withdrawn: their token may still be valid, their post may not appear. */
  async publish(authorId: string, { title, body }: NewPost): Promise<VisiblePost | undefined> {
    const postId = this.ids.generate();
    return this.dataSource.transaction(async (manager) => {
      if (!(await lockActiveAuthor(manager, authorId))) return undefined;
      const [post]: VisiblePost[] = await manager.query(INSERT, [postId, authorId, title, body]);
      await this.outbox.publish(
        manager,
        postPublished.occurred({ aggregateId: postId, aggregateVersion: 1, payload: { postId, authorId } }),
      );
      return post;
    });
  }
}
