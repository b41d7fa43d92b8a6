/** An event to be written beside the state it reports. Its id, time and trace context are added by {@link Outbox.publish}. */
export interface OutboxMessage {
  /** Kind of aggregate, for example `member`. */
  readonly aggregateType: string;
  /** Identity of the aggregate; it becomes the message key, so it also decides the order. */
  readonly aggregateId: string;
  /** 1 for the first event of an aggregate, then without gaps: take it from the row that the same transaction locks. */
  readonly aggregateVersion: number;
  /** Name of the event in the past tense, for example `member.withdrawn`; of a command in the imperative. */
  readonly type: string;
  /** Version of the payload's schema, from 1. */
  readonly schemaVersion: number;
  /** What happened, as JSON. Carry ids, not personal data: the log and the topics keep it. */
  readonly payload: object;
  /** W3C trace context of what caused it. Default: the one that is active in `publish`; state it for one of a batch. */
  readonly traceparent?: string | undefined;
}
