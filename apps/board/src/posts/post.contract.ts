import { pageOf, pageQuery, text, uuid } from '@madang/service-kit';
import { z } from 'zod';

const Title = text(200).meta({ example: 'A walk along the Han' });
const Body = text(10_000).meta({ example: 'Who joins on Saturday?' });

/** `POST /posts` */
export const NewPost = z.strictObject({ title: Title, body: Body }).meta({ id: 'NewPost' });
export type NewPost = z.output<typeof NewPost>;

/** `PATCH /posts/:id` */
export const PostChange = z
  .strictObject({ title: Title.optional(), body: Body.optional() })
  .refine(({ title, body }) => title !== undefined || body !== undefined, { error: 'give a title, a body or both' })
  .meta({ id: 'PostChange', minProperties: 1 });
export type PostChange = z.output<typeof PostChange>;

export const PostView = z
  .object({
    id: uuid(),
    authorId: uuid(),
    title: z.string().meta({ example: 'A walk along the Han' }),
    body: z.string().meta({ example: 'Who joins on Saturday?' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Post' });
export type PostView = z.output<typeof PostView>;

export const PostPage = pageOf(PostView).meta({ id: 'PostPage' });
export type PostPage = z.output<typeof PostPage>;

/** `GET /posts`; a cursor holds the id of the last post seen. */
export const PostQuery = pageQuery(z.object({ id: z.uuid() })).extend({
  authorId: uuid().meta({ description: 'Only the posts of this member' }).optional(),
});
export type PostQuery = z.output<typeof PostQuery>;

/** The columns of a {@link VisiblePost}. */
export const POST_COLUMNS = 'id, author_id AS "authorId", title, body, created_at AS "createdAt"';

/** A post's row, as the queries of this service return it. */
export interface VisiblePost extends Omit<PostView, 'createdAt'> {
  readonly createdAt: Date;
}

export function postView({ id, authorId, title, body, createdAt }: VisiblePost): PostView {
  return { id, authorId, title, body, createdAt: createdAt.toISOString() };
}
