import type { Evidence } from '../evidence/evidence.ts';

/** What was rolled back is nowhere, and nothing is anywhere that no outbox holds. */
export function* rolledBackEvents({ history, outbox, records, inboxes, effects }: Evidence): Generator<string> {
  const committed = new Set(outbox.map(({ id }) => id));
  const rolledBack = new Set(history.rolledBack.flatMap(({ eventIds }) => eventIds));
  const sightings: (readonly [place: string, id: string])[] = [
    ...outbox.map(({ database, id }) => [`the outbox of ${database}`, id] as const),
    ...records.map(({ topic, eventId }) => [topic, eventId] as const),
    ...[...inboxes].flatMap(([consumer, ids]) => ids.map((id) => [`the inbox of ${consumer}`, id] as const)),
    ...effects.map(({ eventId }) => ['the ledger', eventId] as const),
  ];
  for (const [place, id] of sightings) {
    if (rolledBack.has(id)) yield `event ${id} was rolled back, but is in ${place}`;
    else if (!committed.has(id)) yield `event ${id} is in ${place}, but in no outbox`;
  }
}
