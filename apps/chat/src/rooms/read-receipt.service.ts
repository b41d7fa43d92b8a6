import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FanOut } from '../socket/fan-out';
import { lockSpeaker } from './room-access';

// Never back, and never beyond what there is.
const READ = `
  UPDATE room_member rm SET last_read_seq = GREATEST(rm.last_read_seq, LEAST($3, r.last_seq))
  FROM room r, (SELECT last_read_seq FROM room_member WHERE room_id = $1 AND member_id = $2 FOR UPDATE) AS before
  WHERE r.id = rm.room_id AND rm.room_id = $1 AND rm.member_id = $2
  RETURNING rm.last_read_seq AS "lastReadSeq", rm.last_read_seq > before.last_read_seq AS moved`;

@Injectable()
export class ReadReceiptService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly fanOut: FanOut,
  ) {}

  async read(memberId: string, roomId: string, seq: number): Promise<{ lastReadSeq: number }> {
    const { lastReadSeq, moved } = await this.dataSource.transaction(async (manager) => {
      await lockSpeaker(manager, roomId, memberId);
      const [[row]]: [{ lastReadSeq: number; moved: boolean }[], number] = await manager.query(READ, [roomId, memberId, seq]);
      if (!row) throw new Error('A member of a room is gone');
      return row;
    });
    if (moved) this.fanOut.tellRead({ roomId, memberId, lastReadSeq });
    return { lastReadSeq };
  }
}
