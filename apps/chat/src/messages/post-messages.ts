import type { EntityManager } from 'typeorm';

// One statement, for the way to PostgreSQL and back is what a message costs most. The locks are taken in the order that everybody keeps, so that
// nobody waits in a circle: members first (FOR SHARE: a withdrawal waits for what is being said, and turns away what comes later), then rooms, each by
// their ids. Both see the latest row after a wait; only `sent` sees what was there at the beginning, and is backed by the unique index.
const POST = `
  WITH said AS MATERIALIZED (
    SELECT * FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (
      room_id uuid, sender_id uuid, client_message_id text, message_id uuid, text text)) WITH ORDINALITY AS said(
      room_id, sender_id, client_message_id, message_id, text, position)),
  speaker AS MATERIALIZED (
    SELECT rm.room_id, m.id, m.withdrawn_at IS NULL AS active FROM room_member rm JOIN member m ON m.id = rm.member_id
    WHERE (rm.room_id, rm.member_id) IN (SELECT room_id, sender_id FROM said) ORDER BY m.id FOR SHARE OF m),
  sent AS MATERIALIZED (
    SELECT said.position, c.message_id, c.seq FROM said
    JOIN room_change c ON c.room_id = said.room_id AND c.sender_id = said.sender_id AND c.client_message_id = said.client_message_id),
  fresh AS MATERIALIZED (
    SELECT said.*, row_number() OVER (PARTITION BY said.room_id ORDER BY position) AS number FROM said
    JOIN speaker ON speaker.room_id = said.room_id AND speaker.id = said.sender_id AND speaker.active
    WHERE position NOT IN (SELECT position FROM sent)),
  locked AS MATERIALIZED (SELECT id FROM room WHERE id IN (SELECT room_id FROM fresh) ORDER BY id FOR UPDATE),
  numbered AS (
    UPDATE room SET last_seq = last_seq + new.count
    FROM (SELECT room_id, count(*)::int FROM fresh JOIN locked ON locked.id = fresh.room_id GROUP BY room_id) AS new WHERE room.id = new.room_id
    RETURNING room.id, last_seq - new.count AS before),
  posted AS (
    INSERT INTO room_change (room_id, seq, message_id, change, kind, sender_id, client_message_id, text)
    SELECT room_id, before + number, message_id, 'posted', 'user', sender_id, client_message_id, text
    FROM fresh JOIN numbered ON numbered.id = fresh.room_id ORDER BY position
    RETURNING message_id, seq, created_at)
  SELECT coalesce(sent.message_id, posted.message_id) AS id, coalesce(sent.seq, posted.seq) AS seq, posted.created_at AS "createdAt"
  FROM said LEFT JOIN sent USING (position) LEFT JOIN posted ON posted.message_id = said.message_id ORDER BY position`;

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
 * Writes messages of any rooms in the caller's transaction, which also has to write the events; no two may have one sender, room and `clientMessageId`.
 *
 * @returns what came of each, in their order
 */
export async function postMessages(manager: EntityManager, said: readonly Said[]): Promise<Posted[]> {
  const rows = said.map(({ roomId, senderId, clientMessageId, messageId, text }) => ({ room_id: roomId, sender_id: senderId, client_message_id: clientMessageId, message_id: messageId, text }));
  return manager.query(POST, [JSON.stringify(rows)]);
}
