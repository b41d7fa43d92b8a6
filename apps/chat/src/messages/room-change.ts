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

// Numbers and rows are one statement: the room stays locked until the commit, so changes are committed in the order of their numbers.
const APPEND = `
  WITH numbered AS (UPDATE room SET last_seq = last_seq + $2 WHERE id = $1 RETURNING last_seq - $2 AS before)
  INSERT INTO room_change AS c (room_id, seq, message_id, change, kind, sender_id, client_message_id, text, trigger_message_id)
  SELECT $1, before + position, "messageId", change, kind, "senderId", "clientMessageId", text, "triggerMessageId"
  FROM numbered, ROWS FROM (jsonb_to_recordset($3::jsonb) AS (
    "messageId" uuid, change text, kind text, "senderId" uuid, "clientMessageId" text, text text, "triggerMessageId" uuid)) WITH ORDINALITY AS new(
    "messageId", change, kind, "senderId", "clientMessageId", text, "triggerMessageId", position)
  ORDER BY position
  RETURNING ${CHANGE_COLUMNS}`;

export interface NewChange {
  readonly messageId: string;
  readonly change: RoomChange['change'];
  readonly kind: RoomChange['kind'];
  readonly senderId?: string;
  readonly clientMessageId?: string;
  readonly text: string;
  readonly triggerMessageId?: string;
}

/** Gives changes of a room that there is their numbers, in the order given, in the caller's transaction, which also has to write the events. */
export async function appendChanges(manager: EntityManager, roomId: string, changes: readonly NewChange[]): Promise<RoomChange[]> {
  const rows: ChangeRow[] = await manager.query(APPEND, [roomId, changes.length, JSON.stringify(changes)]);
  if (rows.length !== changes.length) throw new Error(`There is no room ${roomId}`);
  return rows.toSorted((a, b) => a.seq - b.seq).map(changeView);
}

/** {@link appendChanges} of one. */
export async function appendChange(manager: EntityManager, roomId: string, change: NewChange): Promise<RoomChange> {
  const [appended] = await appendChanges(manager, roomId, [change]);
  if (!appended) throw new Error('A change that was appended is not there');
  return appended;
}
