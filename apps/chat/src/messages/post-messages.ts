import type { OutboxRecord } from '@madang/outbox';
import type { DataSource } from 'typeorm';

// One statement and its own transaction, for the way to PostgreSQL and back is what a message costs most. The event's version and `seq` are the number that is
// given here. The locks are taken in the order that everybody keeps, so that
// nobody waits in a circle: members first (FOR SHARE: a withdrawal waits for what is being said, and turns away what comes later), then rooms, each by
// their ids. Both see the latest row after a wait; only `sent` sees what was there at the beginning, and is backed by the unique index.
// PostgreSQL does not know how few messages the JSON holds: joined, it would read whole tables. So what belongs to a message is looked up row by row (LATERAL
// with LIMIT or a lock, subqueries as values), for which there is no other way than the index.
const POST = `
  WITH said AS MATERIALIZED (
    SELECT * FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (
      room_id uuid, sender_id uuid, client_message_id text, message_id uuid, text text, event jsonb)) WITH ORDINALITY AS said(
      room_id, sender_id, client_message_id, message_id, text, event, position)),
  speaker AS MATERIALIZED (
    SELECT member.id FROM (SELECT DISTINCT sender_id FROM said ORDER BY sender_id) AS sender
    CROSS JOIN LATERAL (SELECT id FROM member WHERE id = sender_id AND withdrawn_at IS NULL FOR SHARE) AS member),
  known AS MATERIALIZED (
    SELECT said.*, sent.message_id AS sent_id, sent.seq AS sent_seq FROM said
    LEFT JOIN LATERAL (
      SELECT c.message_id, c.seq FROM room_change c
      WHERE c.room_id = said.room_id AND c.sender_id = said.sender_id AND c.client_message_id = said.client_message_id LIMIT 1) AS sent ON true),
  fresh AS MATERIALIZED (
    SELECT known.*, row_number() OVER (PARTITION BY room_id ORDER BY position) AS number FROM known
    WHERE sent_seq IS NULL AND sender_id IN (SELECT id FROM speaker)
    AND (SELECT true FROM room_member rm WHERE rm.room_id = known.room_id AND rm.member_id = known.sender_id)),
  locked AS MATERIALIZED (
    SELECT room.id, new.count FROM (SELECT room_id, count(*)::int FROM fresh GROUP BY room_id ORDER BY room_id) AS new
    CROSS JOIN LATERAL (SELECT id FROM room WHERE id = room_id FOR UPDATE) AS room),
  numbered AS (
    UPDATE room SET last_seq = last_seq + (SELECT count FROM locked WHERE locked.id = room.id) WHERE id = ANY (ARRAY(SELECT id FROM locked))
    RETURNING id, last_seq - (SELECT count FROM locked WHERE locked.id = room.id) AS before),
  posted AS (
    INSERT INTO room_change (room_id, seq, message_id, change, kind, sender_id, client_message_id, text)
    SELECT room_id, before + number, message_id, 'posted', 'user', sender_id, client_message_id, text
    FROM fresh JOIN numbered ON numbered.id = fresh.room_id ORDER BY position
    RETURNING message_id, seq, created_at),
  told AS (
    INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, schemaversion, payload, traceparent)
    SELECT event.id, aggregatetype, aggregateid, seq, type, schemaversion, payload || jsonb_build_object('seq', seq), traceparent
    FROM posted JOIN fresh USING (message_id) CROSS JOIN LATERAL jsonb_populate_record(NULL::outbox, fresh.event) AS event ORDER BY position)
  SELECT coalesce(sent_id, posted.message_id) AS id, coalesce(sent_seq, posted.seq) AS seq, posted.created_at AS "createdAt"
  FROM known LEFT JOIN posted ON posted.message_id = known.message_id ORDER BY position`;

export interface Said {
  readonly roomId: string;
  readonly senderId: string;
  readonly clientMessageId: string;
  /** What it is to have, if it was not said before. */
  readonly messageId: string;
  readonly text: string;
}

/** `createdAt` of what was written now; without it the message was there. Nothing: its sender may not speak there. */
export type Posted = { readonly id: string; readonly seq: number; readonly createdAt: Date | null } | { readonly id: null };

/**
 * Writes messages of any rooms and their events, all or none; no two may have one sender, room and `clientMessageId`.
 *
 * @param said each with its event, which lacks its number
 * @returns what came of each, in their order
 */
export async function postMessages(database: DataSource, said: readonly (Said & { readonly event: OutboxRecord })[]): Promise<Posted[]> {
  const rows = said.map(({ roomId, senderId, clientMessageId, messageId, text, event }) => ({ room_id: roomId, sender_id: senderId, client_message_id: clientMessageId, message_id: messageId, text, event }));
  return database.query(POST, [JSON.stringify(rows)]);
}
