import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockActiveMember } from '../members/lock-active-member';
import { visibleRoom } from './room-access';

const JOIN = 'INSERT INTO room_member (room_id, member_id) VALUES ($1, $2) ON CONFLICT DO NOTHING';

@Injectable()
export class JoinRoomService {
  constructor(private readonly dataSource: DataSource) {}

  /** Whoever joins an open room is a member of it; again: nothing new. Throws a problem if there is no such room for them. */
  async join(memberId: string, roomId: string): Promise<void> {
    const { joined } = await visibleRoom(this.dataSource.manager, roomId, memberId);
    if (joined) return; // most joins are of members who come back
    await this.dataSource.transaction(async (manager) => {
      await lockActiveMember(manager, memberId);
      await manager.query(JOIN, [roomId, memberId]);
    });
  }
}
