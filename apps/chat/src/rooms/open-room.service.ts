import type { UuidV7Format } from '@madang/ids';
import { InjectIdFormat } from '@madang/ids/nest';
import { BadRequestProblem, NotFoundProblem } from '@madang/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { lockActiveMember } from '../members/lock-active-member';
import { ROOM_COLUMNS, type RoomRow } from './room.contract';

const INSERT_GROUP = `INSERT INTO room (id, kind, name) VALUES ($1, 'group', $2) RETURNING ${ROOM_COLUMNS}`;
const INSERT_DIRECT = `INSERT INTO room (id, kind, pair) VALUES ($1, 'direct', $2::uuid[]) ON CONFLICT (pair) DO NOTHING`;
const SELECT_DIRECT = `SELECT ${ROOM_COLUMNS} FROM room WHERE pair = $1::uuid[]`;
const ADD_MEMBERS = 'INSERT INTO room_member (room_id, member_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING';

@Injectable()
export class OpenRoomService {
  constructor(
    private readonly dataSource: DataSource,
    @InjectIdFormat('room') private readonly ids: UuidV7Format,
  ) {}

  /** A group room, which everybody may join; who opens it is its first member. */
  async openGroup(memberId: string, name: string): Promise<RoomRow> {
    return this.dataSource.transaction(async (manager) => {
      await lockActiveMember(manager, memberId);
      const [room]: RoomRow[] = await manager.query(INSERT_GROUP, [this.ids.generate(), name]);
      if (!room) throw new Error('A room was not inserted');
      await manager.query(ADD_MEMBERS, [room.id, [memberId]]);
      return room;
    });
  }

  /** The room of two members; there is one, whoever of them asks, and however often. */
  async openDirect(memberId: string, otherId: string): Promise<RoomRow> {
    if (memberId === otherId) throw new BadRequestProblem('not-with-yourself', { detail: 'A direct room has two members.' });
    const pair = [memberId, otherId].sort();
    return this.dataSource.transaction(async (manager) => {
      await lockPair(manager, memberId, pair);
      await manager.query(INSERT_DIRECT, [this.ids.generate(), pair]);
      const [room]: RoomRow[] = await manager.query(SELECT_DIRECT, [pair]);
      if (!room) throw new Error('A direct room was not inserted');
      await manager.query(ADD_MEMBERS, [room.id, pair]);
      return room;
    });
  }
}

/** In their order, so that two who open a room for each other do not wait in a circle. */
async function lockPair(manager: EntityManager, memberId: string, pair: readonly string[]): Promise<void> {
  for (const id of pair) {
    await lockActiveMember(manager, id).catch((error: unknown) => {
      if (id === memberId) throw error;
      throw new NotFoundProblem('member-not-found', { detail: 'This member has withdrawn.', cause: error });
    });
  }
}
