import type { Evidence } from '../evidence/evidence.ts';

/** State and events are one commit: each row has exactly the events of its versions, and each event the row. */
export function* wholeness({ outbox, members, posts }: Evidence): Generator<string> {
  const told = new Map([...Map.groupBy(outbox, ({ aggregateId }) => aggregateId)].map(([id, events]) => [id, storyOf(events)]));
  const lived = new Map<string, string>();
  for (const { id, withdrawn } of members) lived.set(id, withdrawn ? 'member.registered v1, member.withdrawn v2' : 'member.registered v1');
  for (const { id, hidden } of posts) lived.set(id, hidden ? 'post.published v1, post.hidden v2' : 'post.published v1');
  for (const id of new Set([...told.keys(), ...lived.keys()])) {
    const [events, state] = [told.get(id) ?? 'nothing', lived.get(id) ?? 'nothing'];
    if (events !== state) yield `${id}: its row says ${state}; its outbox rows say ${events}`;
  }
  for (const { id, version, withdrawn } of members) {
    if (version !== (withdrawn ? 2 : 1)) yield `member ${id} is ${withdrawn ? 'withdrawn' : 'there'}, and has version ${version}`;
  }
}

function storyOf(events: readonly { readonly type: string; readonly version: number }[]): string {
  const inOrder = events.toSorted((a, b) => a.version - b.version);
  return inOrder.map(({ type, version }) => `${type} v${version}`).join(', ');
}
