import type { RoomChange, RoomTail } from '@madang/chat-client';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { assertReader } from '../rooms/room-access';
import { CHANGE_COLUMNS, type ChangeRow, changeView } from './room-change';

/** What one answer holds at most. */
const MOST_CHANGES = 200;
/** And of a tail, in bytes: that many of the calls that wait at once are no more than a socket may leave unread. */
export const MOST_TAIL_BYTES = 128 * 1024;
/** Of a change around its text. */
const FRAME_BYTES = 350;
const FIRST_LOOK = 50;

const RANGE = `
  SELECT ${CHANGE_COLUMNS}, m.withdrawn_at IS NOT NULL AS "senderWithdrawn"
  FROM room_change c LEFT JOIN member m ON m.id = c.sender_id
  WHERE c.room_id = $1 AND c.seq > $2 AND c.seq <= $3 ORDER BY c.seq LIMIT $4`;
// Always one, however long. The outer order is that of the window, and costs nothing.
const WITHIN = `
  SELECT * FROM (
    SELECT r.*, sum(octet_length(r.text) + ${FRAME_BYTES}) OVER (ORDER BY r.seq) AS bytes FROM (${RANGE}) AS r
  ) AS counted WHERE bytes <= ${MOST_TAIL_BYTES} OR seq = $2 + 1 ORDER BY seq`;

/** The truth of a room, by numbers. Throws a problem if the caller is not a member of it. */
@Injectable()
export class ReadHistoryService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * The changes after `afterSeq`, at most `limit` and {@link MOST_TAIL_BYTES}; without it the last 50. Everything up to `lastSeq` was committed before it was
   * read, so what follows it here has no gap.
   */
  async tail(memberId: string, roomId: string, afterSeq?: number, limit = MOST_CHANGES): Promise<RoomTail> {
    const lastSeq = await assertReader(this.dataSource.manager, roomId, memberId);
    const after = afterSeq ?? Math.max(0, lastSeq - FIRST_LOOK);
    return { lastSeq, messages: after >= lastSeq ? [] : await this.range(WITHIN, roomId, after, lastSeq, limit) };
  }

  /** The last `limit` changes up to and including `upTo`, ascending; without it the newest. */
  async before(memberId: string, roomId: string, limit: number, upTo?: number): Promise<RoomTail> {
    const lastSeq = await assertReader(this.dataSource.manager, roomId, memberId);
    const last = Math.min(upTo ?? lastSeq, lastSeq);
    return { lastSeq, messages: await this.range(RANGE, roomId, last - limit, last, limit) };
  }

  private async range(query: string, roomId: string, after: number, upTo: number, limit: number): Promise<RoomChange[]> {
    const rows: ChangeRow[] = await this.dataSource.query(query, [roomId, after, upTo, limit]);
    return rows.map(changeView);
  }
}
