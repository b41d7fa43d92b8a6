import { absorb, uuidV7 } from '@madang/ids';
import { observeGenerator } from '@madang/ids/prometheus';
import { Injectable } from '@nestjs/common';
import { context, propagation } from '@opentelemetry/api';
import type { EntityManager } from 'typeorm';
import { EventTooLargeError, MAX_PAYLOAD_BYTES } from './event-too-large.error';
import type { OutboxMessage } from './outbox-message';
import { OutboxOutsideTransactionError } from './outbox-outside-transaction.error';

// One statement for any number of events: the rows reach the log in the order of the array.
const INSERT = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, traceparent)
  SELECT id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, traceparent
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (
    id uuid, aggregatetype text, aggregateid text, aggregateversion integer,
    type text, schemaversion integer, payload jsonb, traceparent text)) WITH ORDINALITY AS message(
    id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, traceparent, position)
  ORDER BY position`;

// The order of events is the log's: a clock that was set back, however far, must not keep a service from writing.
const eventIds = uuidV7({ rollback: absorb(Infinity), ...observeGenerator });

/** The write side of the transactional outbox. */
@Injectable()
export class Outbox {
  /**
   * Writes events in the caller's transaction: they are published if and only if it commits, in the order given.
   *
   * @param manager the manager of the open transaction that also writes the state
   * @returns the ids given to the events (UUIDv7), in the order of `messages`
   * @throws OutboxOutsideTransactionError if `manager` has no transaction open
   * @throws EventTooLargeError if a payload is larger than {@link MAX_PAYLOAD_BYTES}; the table checks it again in
   *   PostgreSQL's own notation, in which a number such as 1e300 is longer
   */
  async publish(manager: EntityManager, ...messages: readonly OutboxMessage[]): Promise<string[]> {
    const [first] = messages;
    if (!first) return [];
    if (!manager.queryRunner?.isTransactionActive) throw new OutboxOutsideTransactionError(first.type);

    for (const { type, payload } of messages) {
      const bytes = Buffer.byteLength(JSON.stringify(payload));
      if (bytes > MAX_PAYLOAD_BYTES) throw new EventTooLargeError(type, bytes);
    }

    const carrier: { traceparent?: string } = {};
    propagation.inject(context.active(), carrier);
    const rows = messages.map((message) => ({
      id: eventIds.generate(),
      aggregatetype: message.aggregateType,
      aggregateid: message.aggregateId,
      aggregateversion: message.aggregateVersion,
      type: message.type,
      schemaversion: message.schemaVersion,
      payload: message.payload,
      traceparent: message.traceparent ?? carrier.traceparent ?? null,
    }));
    await manager.query(INSERT, [JSON.stringify(rows)]);
    return rows.map((row) => row.id);
  }
}
