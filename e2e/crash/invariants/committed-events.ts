import { domainTopic, type Evidence, type OutboxEvent, rowAddedTopic } from '../evidence/evidence.ts';

/** What the board acts on. */
const OF_THE_BOARD = 'member.withdrawn';

/** Every committed outbox row is on its row-added and its domain topic, and in the inbox of each consumer that it concerns. */
export function* committedEvents({ outbox, records, inboxes, effects }: Evidence): Generator<string> {
  const onTopics = new Set(records.map(({ topic, eventId }) => `${topic} ${eventId}`));
  const board = new Set(inboxes.get('board'));
  const ledger = new Set(effects.map(({ eventId }) => eventId));
  for (const event of outbox) {
    const missing = [rowAddedTopic(event.database), domainTopic(event.database)].filter((topic) => !onTopics.has(`${topic} ${event.id}`));
    if (missing.length > 0) yield `${nameOf(event)} is committed, but not on ${missing.join(', ')}`;
    if (!ledger.has(event.id)) yield `${nameOf(event)} is committed, but has taken no effect in the ledger`;
    if (event.type === OF_THE_BOARD && !board.has(event.id)) yield `${nameOf(event)} is committed, but has taken no effect on the board`;
  }
}

function nameOf({ type, id, aggregateId, version }: OutboxEvent): string {
  return `${type} ${id} (${aggregateId} v${version})`;
}
