import { CurrentMember, Fails, Returns, toPage, uuid } from '@madang/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { assertReader } from './room-access';
import { ROOM_COLUMNS, RoomMemberPage, RoomMemberQuery, type RoomMemberView, RoomPage, RoomQuery, type RoomRow, roomView } from './room.contract';

const SELECT_ROOMS = `
  SELECT ${ROOM_COLUMNS} FROM room r
  WHERE (r.kind = 'group' OR EXISTS (SELECT FROM room_member WHERE room_id = r.id AND member_id = $1)) AND ($2::uuid IS NULL OR r.id < $2)
  ORDER BY r.id DESC LIMIT $3`;

const SELECT_MEMBERS = `
  SELECT rm.member_id AS "memberId", m.withdrawn_at IS NOT NULL AS withdrawn, rm.last_read_seq AS "lastReadSeq", rm.joined_at AS "joinedAt"
  FROM room_member rm JOIN member m ON m.id = rm.member_id
  WHERE rm.room_id = $1 AND ($2::uuid IS NULL OR rm.member_id > $2)
  ORDER BY rm.member_id LIMIT $3`;

interface RoomMemberRow extends Omit<RoomMemberView, 'joinedAt'> {
  readonly joinedAt: Date;
}

@ApiTags('rooms')
@Controller('rooms')
export class ReadRoomsController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @ApiOperation({ summary: 'List the group rooms and your direct ones, the newest first' })
  @Returns(200, RoomPage)
  async list(@CurrentMember() { memberId }: CurrentMember, @Query({ schema: RoomQuery }) { limit, cursor }: RoomQuery): Promise<RoomPage> {
    const rooms: RoomRow[] = await this.dataSource.query(SELECT_ROOMS, [memberId, cursor?.id, limit + 1]);
    return toPage(rooms, limit, roomView, ({ id }) => ({ id }));
  }

  @Get(':id/members')
  @ApiOperation({ summary: 'List the members of a room, and how far they have read' })
  @Returns(200, RoomMemberPage)
  @Fails(403, 'You are not a member of the room')
  async members(
    @CurrentMember() { memberId }: CurrentMember,
    @Param('id', { schema: uuid() }) id: string,
    @Query({ schema: RoomMemberQuery }) { limit, cursor }: RoomMemberQuery,
  ): Promise<RoomMemberPage> {
    await assertReader(this.dataSource.manager, id, memberId);
    const members: RoomMemberRow[] = await this.dataSource.query(SELECT_MEMBERS, [id, cursor?.memberId, limit + 1]);
    return toPage(members, limit, (row) => ({ ...row, joinedAt: row.joinedAt.toISOString() }), (row) => ({ memberId: row.memberId }));
  }
}
