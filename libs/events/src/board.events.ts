import { z } from 'zod';
import { defineEvent } from './define-event';
import { boardEvents } from './topics';

const schema = z.object({ postId: z.uuid(), authorId: z.uuid() });

const post = { version: 1, aggregateType: 'post', topic: boardEvents } as const;

export type PostPayload = z.infer<typeof schema>;

export const postPublished = defineEvent({ ...post, type: 'post.published', schema });

export const postEdited = defineEvent({ ...post, type: 'post.edited', schema });

/** The author took the post down. */
export const postDeleted = defineEvent({ ...post, type: 'post.deleted', schema });

/** The platform took the post down, because its author has withdrawn. */
export const postHidden = defineEvent({
  ...post,
  type: 'post.hidden',
  schema: schema.extend({ reason: z.literal('author-withdrawn') }),
});
