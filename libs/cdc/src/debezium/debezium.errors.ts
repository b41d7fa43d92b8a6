import { CdcError } from '../errors';

/** Kafka Connect remembers a position that the server's log has not reached: Debezium would wait there and skip what comes. */
export class OffsetAheadError extends CdcError {
  constructor(connector: string, stored: string, walEnd: string) {
    super(
      'CDC_OFFSET_AHEAD',
      `Kafka Connect has published up to ${stored} for connector "${connector}", but the server's log ends at ${walEnd}: this is not the log ` +
        `that was read (restored from a backup?). Debezium would skip every row up to there. ${resetAdvice(connector)}`,
    );
  }
}

/** The slot no longer holds the log that follows the position that Kafka Connect remembers. */
export class OffsetBehindError extends CdcError {
  constructor(connector: string, stored: string, restart: string) {
    super(
      'CDC_OFFSET_BEHIND',
      `Kafka Connect has published up to ${stored} for connector "${connector}", but the slot holds the log from ${restart} on only: it was ` +
        `made anew or advanced, or another reader has confirmed since. Debezium would skip what is in between without a word. ` +
        resetAdvice(connector),
    );
  }
}

/** The server is another one, or on another timeline, than the one that the stored position belongs to. */
export class LogHistoryChangedError extends CdcError {
  constructor(connector: string, stored: string, before: string, now: string) {
    super(
      'CDC_LOG_HISTORY_CHANGED',
      `The server's log is ${now} (system identifier/timeline), but the position ${stored} that Kafka Connect remembers for connector ` +
        `"${connector}" belongs to ${before}. After a failover the same position may hold other rows, which Debezium would skip. ` +
        resetAdvice(connector),
    );
  }
}

/** The task fails again and again, or for a reason that a restart does not change. */
export class ConnectorFailedError extends CdcError {
  constructor(connector: string, reason: string) {
    super(
      'CDC_CONNECTOR_FAILED',
      `Connector "${connector}" does not run (${reason}). Nothing that is not in Kafka was confirmed, so the slot keeps the rows. Mend the ` +
        `cause, which the worker's log tells in full, and start again.`,
    );
  }
}

/** Repetitions do no harm, a gap does: so the way out begins at the slot. */
function resetAdvice(connector: string): string {
  return (
    `To go on: DELETE /connectors/${connector}/offsets at Kafka Connect's REST interface (the connector is stopped already), so that the slot alone ` +
    `says where to begin; publish the rows in between from the retained outbox table (repetitions do no harm); start again.`
  );
}
