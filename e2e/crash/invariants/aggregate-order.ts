import type { Evidence } from '../evidence/evidence.ts';

interface Appearance {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly version: number;
}

/** First appearances of an aggregate, on each topic and in the ledger, are versions 1, 2, 3, … Later copies may come at any time. */
export function* aggregateOrder({ records, effects }: Evidence): Generator<string> {
  for (const [place, copies] of Map.groupBy(records, ({ topic, partition }) => `${topic}[${partition}]`)) {
    yield* outOfOrder(place, copies.toSorted((a, b) => a.offset - b.offset));
  }
  yield* outOfOrder('the ledger', effects);
}

function* outOfOrder(place: string, appearances: readonly Appearance[]): Generator<string> {
  const seen = new Set<string>();
  const versions = new Map<string, number>();
  for (const { eventId, aggregateId, version } of appearances) {
    if (seen.has(eventId)) continue;
    seen.add(eventId);
    const last = versions.get(aggregateId) ?? 0;
    if (version !== last + 1) yield `${aggregateId} v${version} first appears in ${place} after v${last}`;
    versions.set(aggregateId, version);
  }
}
