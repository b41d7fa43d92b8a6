import type { RoomChange } from '@madang/chat-client';
import type { EntityManager } from 'typeorm';

/** A row of `room_change`, as the queries of this service return it. */
export interface ChangeRow {
  readonly id: string;
  readonly roomId: string;
  readonly seq: number;
  readonly change: RoomChange['change'];
  readonly kind: RoomChange['kind'];
  readonly senderId: string | null;
  readonly text: string;
  readonly triggerMessageId: string | null;
  readonly createdAt: Date;
  readonly senderWithdrawn?: boolean | null;
}

/** Of `room_change` as `c`. */
export const CHANGE_COLUMNS = `
  c.message_id AS id, c.room_id AS "roomId", c.seq, c.change, c.kind, c.sender_id AS "senderId", c.text,
  c.trigger_message_id AS "triggerMessageId", c.created_at AS "createdAt"`;

export function changeView({ id, roomId, seq, change, kind, senderId, text, triggerMessageId, createdAt, senderWithdrawn }: ChangeRow): RoomChange {
  return {
    id,
    roomId,
    seq,
    change,
    kind,
    ...(senderId === null ? {} : { senderId }),
    ...(senderWithdrawn ? { senderWithdrawn } : {}),
    text,
    ...(triggerMessageId === null ? {} : { triggerMessageId }),
    createdAt: createdAt.toISOString(),
  };
}

// The number and the row are one statement: the room stays locked until the commit, so changes are committed in the order of their numbers.
const APPEND = `
  WITH numbered AS (UPDATE room SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq)
  INSERT INTO room_change AS c (room_id, seq, message_id, change, kind, sender_id, text, trigger_message_id)
  SELECT $1, last_seq, $2, $3, $4, $5, $6, $7 FROM numbered
  RETURNING ${CHANGE_COLUMNS}`;

export interface NewChange {
  readonly roomId: string;
  readonly messageId: string;
  readonly change: RoomChange['change'];
  readonly kind: RoomChange['kind'];
  readonly senderId?: string;
  readonly text: string;
  readonly triggerMessageId?: string;
}

/** Gives a change of a room that there is its number, in the caller's transaction, which also has to write the event. */
export async function appendChange(manager: EntityManager, { roomId, messageId, change, kind, senderId, text, triggerMessageId }: NewChange): Promise<RoomChange> {
  const [row]: ChangeRow[] = await manager.query(APPEND, [roomId, messageId, change, kind, senderId, text, triggerMessageId]);
  if (!row) throw new Error(`There is no room ${roomId}`);
  return changeView(row);
}
