import { domainTopic, type Evidence, type OutboxEvent, rowAddedTopic } from '../evidence/evidence.ts';
import { countBy } from './violation.ts';

/** What the board acts on. */
const OF_THE_BOARD = 'member.withdrawn';

/**
 * Every committed outbox row is on its row-added and its domain topic, and has taken effect, whole, at each consumer that it concerns.
 * Effects that are too many are for `effects-once`.
 */
export function* committedEvents({ outbox, records, inboxes, effects, counters }: Evidence): Generator<string> {
  const onTopics = new Set(records.map(({ topic, eventId }) => `${topic} ${eventId}`));
  const board = new Set(inboxes.get('board'));
  const ledger = new Set(effects.map(({ eventId }) => eventId));
  for (const event of outbox) {
    const missing = [rowAddedTopic(event.database), domainTopic(event.database)].filter((topic) => !onTopics.has(`${topic} ${event.id}`));
    if (missing.length > 0) yield `${nameOf(event)} is committed, but not on ${missing.join(', ')}`;
    if (!ledger.has(event.id)) yield `${nameOf(event)} is committed, but has taken no effect in the ledger`;
    if (event.type === OF_THE_BOARD && !board.has(event.id)) yield `${nameOf(event)} is committed, but has taken no effect on the board`;
  }
  for (const [id, events] of countBy(outbox, ({ aggregateId }) => aggregateId)) {
    const counted = counters.get(id) ?? 0;
    if (counted < events) yield `the ledger has counted only ${counted} effects of ${id}, which has ${events} events`;
  }
}

function nameOf({ type, id, aggregateId, version }: OutboxEvent): string {
  return `${type} ${id} (${aggregateId} v${version})`;
}
