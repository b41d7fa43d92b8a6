import type { TailedRecord } from '@madang/event-bus';
import type { StoredRecord } from '../../feed/api';
import type { RecordItem } from '../../feed/feed';
import { readRowAdded, type RowAdded } from './row-added';

/** Of a value, in bytes: what is kept of each, and the most that is looked into. */
const KEPT_BYTES = 16 * 1024;
const READ_BYTES = 256 * 1024;
const KEPT_HEADER = 1_024;
const MOST_HEADERS = 32;

/** A record as it is kept, and the row that it announces, if it does. Nothing of it holds on to the buffer that the broker has sent. */
export interface SeenRecord {
  readonly record: StoredRecord;
  readonly row: RowAdded | undefined;
}

export function toStoredRecord(from: TailedRecord, role: RecordItem['role'], seenAt: number): SeenRecord {
  const headers = Object.fromEntries(Object.entries(from.headers).slice(0, MOST_HEADERS).map(([name, value]) => [name, textOf(value.subarray(0, KEPT_HEADER))]));
  const row = from.value && from.value.length <= READ_BYTES && (role === 'row-added' || role === 'dead-letter') ? readRowAdded(from.value.toString('utf8')) : undefined;
  const traceparent = headers['traceparent'] ?? row?.traceparent ?? undefined;
  const record: StoredRecord = {
    kind: 'record',
    role,
    topic: from.topic,
    partition: from.partition,
    offset: from.offset,
    at: from.timestamp,
    seenAt,
    key: from.key === null ? null : textOf(from.key.subarray(0, KEPT_HEADER)),
    eventId: headers['ce_id'] ?? row?.eventId ?? null,
    type: headers['ce_type'] ?? row?.type ?? null,
    traceId: /^[\da-f]{2}-([\da-f]{32})-/.exec(traceparent ?? '')?.[1] ?? null,
    duplicate: false,
    headers,
    value: from.value === null ? null : textOf(from.value.subarray(0, KEPT_BYTES)),
    truncated: (from.value?.length ?? 0) > KEPT_BYTES,
  };
  return { record, row };
}

/** What goes to the page unasked: without headers and value. */
export function toRecordItem({ headers: _headers, value: _value, truncated: _truncated, ...item }: StoredRecord): RecordItem {
  return item;
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8');
}
