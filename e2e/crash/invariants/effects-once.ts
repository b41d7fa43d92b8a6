import type { Evidence } from '../evidence/evidence.ts';
import { countBy } from './violation.ts';

/** Nothing takes effect twice: not in the ledger, which would show it, and not on the board. */
export function* effectsOnce({ outbox, effects, counters, posts }: Evidence): Generator<string> {
  for (const [id, count] of countBy(effects, ({ eventId }) => eventId)) {
    if (count > 1) yield `event ${id} has taken effect ${count} times in the ledger`;
  }
  const expected = countBy(outbox, ({ aggregateId }) => aggregateId);
  for (const [id, events] of expected) {
    const counted = counters.get(id) ?? 0;
    if (counted !== events) yield `the ledger has counted ${counted} effects of ${id}, which has ${events} events`;
  }
  const hidden = countBy(outbox.filter(({ type }) => type === 'post.hidden'), ({ aggregateId }) => aggregateId);
  for (const post of posts) {
    const told = hidden.get(post.id) ?? 0;
    if (told !== Number(post.hidden)) yield `post ${post.id} is ${post.hidden ? 'hidden' : 'visible'}, and has ${told} post.hidden events`;
    if (post.version !== (post.hidden ? 2 : 1)) yield `post ${post.id} is ${post.hidden ? 'hidden' : 'visible'}, and has version ${post.version}`;
  }
}
