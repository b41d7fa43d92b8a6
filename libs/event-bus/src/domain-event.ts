/** An event as a handler receives it: CloudEvents attributes, validated payload. */
export interface DomainEvent<TPayload = unknown> {
  /** `ce_id`: the id of the outbox row, a UUID; the key of the inbox. */
  readonly id: string;
  /** `ce_type`, for example `member.withdrawn`. */
  readonly type: string;
  readonly schemaVersion: number;
  /** `ce_source`: who says so, for example `/member`. */
  readonly source: string;
  /** `ce_subject`: the aggregate's id; also the message key. */
  readonly aggregateId: string;
  /** 1 for the first event of the aggregate, then without gaps. */
  readonly aggregateVersion: number;
  /** `ce_time`: when the event was written, RFC 3339. */
  readonly time: string;
  readonly payload: TPayload;
  /** W3C trace context that came with the event: what follows from one event of a batch carries it on. */
  readonly traceparent?: string;
  /** Where a reader must be to find what the event speaks of; see {@link EventScope}. */
  readonly consistencyToken?: string;
}
