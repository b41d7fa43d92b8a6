import type { Evidence } from '../evidence/evidence.ts';

/** In the end the posts of members who have withdrawn are visible nowhere, those that raced the withdrawal included; all others are. */
export function* visibility({ members, posts, listed, readable }: Evidence): Generator<string> {
  const withdrawn = new Set(members.filter((member) => member.withdrawn).map(({ id }) => id));
  for (const { id, authorId } of posts) {
    const gone = withdrawn.has(authorId);
    for (const [way, visible] of [['GET /posts', listed.has(id)], ['GET /posts/:id', readable.has(id)]] as const) {
      if (gone && visible) yield `post ${id} is visible in ${way}, but its author ${authorId} has withdrawn`;
      if (!gone && !visible) yield `post ${id} is not visible in ${way}, but its author ${authorId} is there`;
    }
  }
  const known = new Set(posts.map(({ id }) => id));
  for (const id of [...listed, ...readable]) if (!known.has(id)) yield `post ${id} is visible, but in no table`;
}
