import { type Evidence, isDeadLetter } from '../evidence/evidence.ts';

/** There was no poison record, and an outage makes none. */
export function* deadLetters({ records }: Evidence): Generator<string> {
  for (const { topic, eventId, aggregateId, version } of records.filter(isDeadLetter)) {
    yield `event ${eventId} (${aggregateId} v${version}) is a dead letter in ${topic}`;
  }
}
