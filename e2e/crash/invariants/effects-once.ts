import type { Evidence } from '../evidence/evidence.ts';
import { countBy } from './violation.ts';

/** Nothing takes effect twice: not in the ledger, which would show it, and not on the board. What is missing is for `committed-events`. */
export function* effectsOnce({ outbox, effects, counters }: Evidence): Generator<string> {
  for (const [id, count] of countBy(effects, ({ eventId }) => eventId)) {
    if (count > 1) yield `event ${id} took effect ${count} times in the ledger`;
  }
  const expected = countBy(outbox, ({ aggregateId }) => aggregateId);
  for (const [id, counted] of counters) {
    const events = expected.get(id) ?? 0;
    if (counted > events) yield `the ledger has counted ${counted} effects of ${id}, which has only ${events} events`;
  }
  const hidden = countBy(outbox.filter(({ type }) => type === 'post.hidden'), ({ aggregateId }) => aggregateId);
  for (const [id, times] of hidden) if (times > 1) yield `post ${id} was hidden ${times} times`;
}
