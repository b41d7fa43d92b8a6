/** For how long rows are kept, in whole days. Services that share a database must use the same figures. */
export interface Retention {
  /**
   * For how long a message may be delivered again by rewinding a consumer or replaying a dead letter: the retention of the
   * topics, 7 by default as Kafka's own `log.retention.hours=168`.
   */
  readonly replayDays: number;
  /** For how long events can be published again from the table, 8 by default. A partition lives up to a day longer. */
  readonly outboxDays: number;
  /**
   * For how long a message is remembered, 30 by default: an event may be published again on the last day of its partition
   * (day 9), and a quiet topic keeps a record for a segment's life (7 days) and the replay window on top of that.
   */
  readonly inboxDays: number;
}

const DEFAULTS: Retention = { replayDays: 7, outboxDays: 8, inboxDays: 30 };

/** Thrown at the start: with this retention events would be lost, or take effect twice. */
export class RetentionTooShortError extends Error {
  readonly code = 'OUTBOX_RETENTION_TOO_SHORT';

  constructor(reason: string) {
    super(`The retention given to OutboxModule.forRoot is not usable: ${reason}`);
    this.name = 'RetentionTooShortError';
  }
}

/**
 * Fills in the defaults.
 *
 * @throws RetentionTooShortError unless the outbox keeps events for the replay window, and the inbox remembers messages for
 *   both together: an event published again on its last day can then be delivered again for the whole window
 */
export function checkedRetention(given: Partial<Retention> = {}): Retention {
  const retention = { ...DEFAULTS, ...given };
  const { replayDays, outboxDays, inboxDays } = retention;
  for (const [name, days] of Object.entries(retention)) {
    if (!Number.isInteger(days) || days < 1) throw new RetentionTooShortError(`${name} is ${days}; it must be a whole number of days, at least 1`);
  }
  if (outboxDays < replayDays) {
    throw new RetentionTooShortError(`outboxDays (${outboxDays}) is below replayDays (${replayDays}): events would be gone while they may have to be published again`);
  }
  if (inboxDays < outboxDays + replayDays) {
    throw new RetentionTooShortError(`inboxDays (${inboxDays}) is below outboxDays + replayDays (${outboxDays + replayDays}): an event published again on its last day could take effect twice`);
  }
  return retention;
}
