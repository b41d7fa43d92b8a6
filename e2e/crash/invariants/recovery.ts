import { outboxDatabases } from '../../../infra/sandbox/services.ts';
import type { Evidence } from '../evidence/evidence.ts';

/** After the faults everything came back by itself within the bound, and no slot was lost. */
export function* recovered({ recovery: { complaint, slots } }: Evidence): Generator<string> {
  if (complaint !== null) yield `not at rest within the bound: ${complaint}`;
  if (slots.length !== outboxDatabases.length) yield `there are ${slots.length} logical slots, not ${outboxDatabases.length}`;
  for (const { name, walStatus, invalidated } of slots) {
    if (walStatus === 'lost' || invalidated !== null) yield `slot ${name} is lost: ${invalidated ?? walStatus}`;
  }
}
