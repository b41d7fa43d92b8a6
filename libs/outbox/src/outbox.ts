import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { OutboxMessage } from './outbox-message';
import { OutboxOutsideTransactionError } from './outbox-outside-transaction.error';
import { outboxRecord } from './outbox-record';

// One statement for any number of events: the rows reach the log in the order of the array.
const INSERT = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, traceparent)
  SELECT id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, traceparent
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (
    id uuid, aggregatetype text, aggregateid text, aggregateversion integer,
    type text, schemaversion integer, payload jsonb, traceparent text)) WITH ORDINALITY AS message(
    id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, traceparent, position)
  ORDER BY position`;

/** The write side of the transactional outbox. */
@Injectable()
export class Outbox {
  /**
   * Writes events in the caller's transaction: they are published if and only if it commits, in the order given.
   *
   * @param manager the manager of the open transaction that also writes the state
   * @returns the ids given to the events (UUIDv7), in the order of `messages`
   * @throws OutboxOutsideTransactionError if `manager` has no transaction open
   * @throws EventTooLargeError if a payload is larger than `MAX_PAYLOAD_BYTES`; the table checks it again in
   *   PostgreSQL's own notation, in which a number such as 1e300 is longer
   */
  async publish(manager: EntityManager, ...messages: readonly OutboxMessage[]): Promise<string[]> {
    const [first] = messages;
    if (!first) return [];
    if (!manager.queryRunner?.isTransactionActive) throw new OutboxOutsideTransactionError(first.type);

    const rows = messages.map(outboxRecord);
    await manager.query(INSERT, [JSON.stringify(rows)]);
    return rows.map((row) => row.id);
  }
}
