import { ConflictProblem, ForbiddenProblem, NotFoundProblem } from '@madang/service-kit';
import type { EntityManager } from 'typeorm';
import { memberWithdrawn } from '../members/lock-active-member';

// Members of rooms have a row in `member`: the lock on it holds a withdrawal back until the transaction ends.
const LOCK_SPEAKER = `
  SELECT m.withdrawn_at IS NULL AS active FROM room_member rm JOIN member m ON m.id = rm.member_id
  WHERE rm.room_id = $1 AND rm.member_id = $2 FOR SHARE OF m`;

const ACCESS = `
  SELECT r.kind, r.last_seq AS "lastSeq", EXISTS (SELECT FROM room_member WHERE room_id = r.id AND member_id = $2) AS joined,
         EXISTS (SELECT FROM member WHERE id = $2 AND withdrawn_at IS NOT NULL) AS withdrawn
  FROM room r WHERE r.id = $1`;

interface Access {
  readonly kind: 'group' | 'direct';
  readonly lastSeq: number;
  readonly joined: boolean;
  readonly withdrawn: boolean;
}

/** Whoever speaks in a room is a member of it who has not withdrawn, and cannot withdraw before this transaction ends. Throws a problem otherwise. */
export async function lockSpeaker(manager: EntityManager, roomId: string, memberId: string): Promise<void> {
  const [speaker]: { active: boolean }[] = await manager.query(LOCK_SPEAKER, [roomId, memberId]);
  if (speaker?.active) return;
  if (speaker) throw memberWithdrawn();
  throw await whyNotSpeaking(manager, roomId, memberId);
}

/** Of somebody who was found not to be a member of the room, or to have withdrawn. */
export async function whyNotSpeaking(manager: EntityManager, roomId: string, memberId: string): Promise<unknown> {
  try {
    await assertReader(manager, roomId, memberId);
    return new ConflictProblem('joined-meanwhile', { detail: 'You joined the room in this very moment. Say it again.' });
  } catch (error) {
    return error;
  }
}

/** @returns the number of the room's last change. Throws a problem if the caller may not read it. */
export async function assertReader(manager: EntityManager, roomId: string, memberId: string): Promise<number> {
  const { joined, lastSeq } = await visibleRoom(manager, roomId, memberId);
  if (!joined) throw new ForbiddenProblem('not-a-member', { detail: 'Join the room first.' });
  return lastSeq;
}

/** A room of two is nobody else's to know of. */
export async function visibleRoom(manager: EntityManager, roomId: string, memberId: string): Promise<Access> {
  const [access]: Access[] = await manager.query(ACCESS, [roomId, memberId]);
  if (access?.withdrawn) throw memberWithdrawn();
  if (!access || (access.kind === 'direct' && !access.joined)) throw new NotFoundProblem('room-not-found', { detail: 'No room has this id.' });
  return access;
}
