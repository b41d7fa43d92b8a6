import { absorb, uuidV7 } from '@madang/ids';
import { observeGenerator } from '@madang/ids/prometheus';
import { context, propagation } from '@opentelemetry/api';
import { EventTooLargeError, MAX_PAYLOAD_BYTES } from './event-too-large.error';
import type { OutboxMessage } from './outbox-message';

/** A row of `outbox`, by the names of its columns. */
export interface OutboxRecord {
  readonly id: string;
  readonly aggregatetype: string;
  readonly aggregateid: string;
  readonly aggregateversion: number;
  readonly type: string;
  readonly schemaversion: number;
  readonly payload: object;
  readonly traceparent: string | null;
}

// The order of events is the log's: a clock that was set back, however far, must not keep a service from writing.
const eventIds = uuidV7({ rollback: absorb(Infinity), ...observeGenerator });

/**
 * What `Outbox.publish` writes, with id (UUIDv7) and trace context: for a statement that writes the state and its event at once, where only that statement knows the
 * version. As JSON it becomes a row by `jsonb_populate_record(NULL::outbox, …)`; leave `createdat` to its default.
 *
 * @throws EventTooLargeError if the payload is larger than {@link MAX_PAYLOAD_BYTES}
 */
export function outboxRecord({ aggregateType, aggregateId, aggregateVersion, type, schemaVersion, payload, traceparent }: OutboxMessage): OutboxRecord {
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  if (bytes > MAX_PAYLOAD_BYTES) throw new EventTooLargeError(type, bytes);
  return {
    id: eventIds.generate(),
    aggregatetype: aggregateType,
    aggregateid: aggregateId,
    aggregateversion: aggregateVersion,
    type,
    schemaversion: schemaVersion,
    payload,
    traceparent: traceparent ?? activeTraceparent(),
  };
}

function activeTraceparent(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}
