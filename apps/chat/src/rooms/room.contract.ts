import { pageOf, pageQuery, queryInteger, text, uuid } from '@madang/service-kit';
import { z } from 'zod';
import { roomChange } from '../socket/protocol.schemas';

/** `POST /rooms` */
export const NewRoom = z.strictObject({ name: text(100).meta({ example: 'Han river walks' }) }).meta({ id: 'NewRoom' });
export type NewRoom = z.output<typeof NewRoom>;

/** `POST /rooms/direct` */
export const NewDirectRoom = z.strictObject({ memberId: uuid() }).meta({ id: 'NewDirectRoom' });
export type NewDirectRoom = z.output<typeof NewDirectRoom>;

export const RoomView = z
  .object({
    id: z.uuid(),
    kind: z.enum(['group', 'direct']),
    name: z.string().optional().meta({ description: 'Of group rooms', example: 'Han river walks' }),
    memberIds: z.array(z.uuid()).optional().meta({ description: 'The two of a direct room' }),
    lastSeq: z.int().meta({ description: 'The number of its last change' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Room' });
export type RoomView = z.output<typeof RoomView>;

export const RoomPage = pageOf(RoomView).meta({ id: 'RoomPage' });
export type RoomPage = z.output<typeof RoomPage>;

export const RoomQuery = pageQuery(z.object({ id: z.uuid() }));
export type RoomQuery = z.output<typeof RoomQuery>;

export const RoomMemberView = z
  .object({
    memberId: z.uuid(),
    withdrawn: z.boolean(),
    lastReadSeq: z.int(),
    joinedAt: z.iso.datetime(),
  })
  .meta({ id: 'RoomMember' });
export type RoomMemberView = z.output<typeof RoomMemberView>;

export const RoomMemberPage = pageOf(RoomMemberView).meta({ id: 'RoomMemberPage' });
export type RoomMemberPage = z.output<typeof RoomMemberPage>;

export const RoomMemberQuery = pageQuery(z.object({ memberId: z.uuid() }));
export type RoomMemberQuery = z.output<typeof RoomMemberQuery>;

/** `GET /rooms/:id/messages`: a cursor goes on in the direction in which its page went. */
export const HistoryQuery = pageQuery(z.union([z.object({ afterSeq: z.int().nonnegative() }), z.object({ upTo: z.int().nonnegative() })])).extend({
  afterSeq: queryInteger({ min: 0, max: 2 ** 31 - 1 }).optional().meta({ description: 'Changes after this number, oldest first. Without it the newest page, and cursors to older ones' }),
});
export type HistoryQuery = z.output<typeof HistoryQuery>;

export const HistoryPage = pageOf(roomChange).extend({ lastSeq: z.int().meta({ description: 'The number of the room’s last change' }) }).meta({ id: 'HistoryPage' });
export type HistoryPage = z.output<typeof HistoryPage>;

/** Of `room`. */
export const ROOM_COLUMNS = 'id, kind, name, pair, last_seq AS "lastSeq", created_at AS "createdAt"';

/** A row of `room`, as the queries of this service return it. */
export interface RoomRow {
  readonly id: string;
  readonly kind: 'group' | 'direct';
  readonly name: string | null;
  readonly pair: string[] | null;
  readonly lastSeq: number;
  readonly createdAt: Date;
}

export function roomView({ id, kind, name, pair, lastSeq, createdAt }: RoomRow): RoomView {
  return { id, kind, ...(name === null ? {} : { name }), ...(pair === null ? {} : { memberIds: pair }), lastSeq, createdAt: createdAt.toISOString() };
}
