import type { StoredTrace } from './trace-store';
import type { Step } from './step';

type TracedRecord = StoredTrace['records'][number];

/** What a record on a topic proves: a commit, its coming out of the log, the relay's work, a dead letter. */
export function stepsOfRecords(records: readonly TracedRecord[]): Step[] {
  return records.flatMap(stepsOf);
}

function stepsOf({ record, row }: TracedRecord): Step[] {
  const { role, topic, partition, offset, at, eventId, type, key, duplicate, value, headers, seenAt } = record;
  const place = { topic, partition, offset, type, event: eventId, duplicate, 'seen here after ms': seenAt - at };
  switch (role) {
    case 'row-added': {
      if (!row) return [];
      const commit: Step = { what: 'commit', where: row.database, at: row.committedAt, durationMs: null, facts: { lsn: row.lsn, transaction: row.transactionId, event: eventId, type }, body: rowText(value) };
      // A second copy is the same commit.
      return [...(duplicate ? [] : [commit]), { what: 'row-added', where: 'cdc', at: row.readAt ?? at, durationMs: Math.max(0, at - (row.readAt ?? at)), facts: { slot: `outbox_${row.database}`, lsn: row.lsn, key, ...place }, body: value }];
    }
    case 'domain-event':
    case 'command':
      return [{ what: 'relayed', where: 'relay', at, durationMs: null, facts: { key, version: headers['aggregateversion'] ?? null, 'consistency token': headers['x-consistency-token'] ?? null, ...place }, body: value }];
    case 'dead-letter':
      return [{ what: 'dead-letter', where: headers['dlq-group'] ?? topic, at, durationMs: null, facts: { code: headers['dlq-code'] ?? null, cause: headers['dlq-cause'] ?? null, origin: `${headers['dlq-topic']}[${headers['dlq-partition']}]@${headers['dlq-offset']}`, ...place }, body: value }];
    case 'audit':
      return [];
    default:
      return role satisfies never;
  }
}

/** The row alone, without the envelope around it. */
function rowText(value: string | null): string | null {
  try {
    const { after } = JSON.parse(value ?? 'null') as { after?: unknown };
    return after === undefined ? null : JSON.stringify(after);
  } catch {
    return null; // cut off
  }
}
