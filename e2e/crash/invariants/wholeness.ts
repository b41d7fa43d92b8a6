import type { Evidence, MemberRow, PostRow } from '../evidence/evidence.ts';

interface Step {
  readonly type: string;
  readonly version: number;
}

/** State and events are one commit: each row has exactly the events of its versions, and each event the row. */
export function* wholeness({ outbox, members, posts }: Evidence): Generator<string> {
  const told = new Map([...Map.groupBy(outbox, ({ aggregateId }) => aggregateId)].map(([id, events]) => [id, storyOf(events)]));
  const lived = new Map<string, string>();
  for (const member of members) lived.set(member.id, storyOf(lifeOfMember(member)));
  for (const post of posts) lived.set(post.id, storyOf(lifeOfPost(post)));
  for (const id of new Set([...told.keys(), ...lived.keys()])) {
    const [events, state] = [told.get(id) ?? 'nothing', lived.get(id) ?? 'nothing'];
    if (events !== state) yield `${id}: its row says ${state}; its outbox rows say ${events}`;
  }
  for (const { id, version, withdrawn } of members) {
    if (version !== (withdrawn ? 2 : 1)) yield `member ${id} is ${withdrawn ? 'withdrawn' : 'there'}, and has version ${version}`;
  }
}

function lifeOfMember({ withdrawn }: MemberRow): Step[] {
  const registered = { type: 'member.registered', version: 1 };
  return withdrawn ? [registered, { type: 'member.withdrawn', version: 2 }] : [registered];
}

/** Whatever is between the first version and the hiding is edits. */
function lifeOfPost({ version: last, hidden }: PostRow): Step[] {
  const typeOf = (version: number): string => {
    if (version === 1) return 'post.published';
    return hidden && version === last ? 'post.hidden' : 'post.edited';
  };
  return Array.from({ length: last }, (_, index) => ({ type: typeOf(index + 1), version: index + 1 }));
}

/** `post.published v1, post.edited v2-57, post.hidden v58` */
function storyOf(steps: readonly Step[]): string {
  const chapters: { readonly type: string; readonly from: number; to: number }[] = [];
  for (const { type, version } of steps.toSorted((a, b) => a.version - b.version)) {
    const current = chapters.at(-1);
    if (current?.type === type && version === current.to + 1) current.to = version;
    else chapters.push({ type, from: version, to: version });
  }
  return chapters.map(({ type, from, to }) => `${type} v${from}${to > from ? `-${to}` : ''}`).join(', ');
}
