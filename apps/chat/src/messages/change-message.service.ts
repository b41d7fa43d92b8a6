import type { RoomChange } from '@madang/chat-client';
import { messageDeleted, messageEdited } from '@madang/events';
import { Outbox } from '@madang/outbox';
import { ForbiddenProblem, NotFoundProblem } from '@madang/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { lockSpeaker } from '../rooms/room-access';
import { FanOut } from '../socket/fan-out';
import { appendChange } from './room-change';

// Changes of a message take turns: the room is locked first, as by everything that takes a number.
const LOCK_ROOM = 'SELECT FROM room WHERE id = $1 FOR UPDATE';
const LATEST = `
  SELECT seq, change, sender_id AS "senderId", text FROM room_change
  WHERE message_id = $1 AND room_id = $2 ORDER BY seq DESC LIMIT 1`;
const FORGET_TEXTS = `UPDATE room_change SET text = '' WHERE message_id = $1 AND room_id = $2 AND text <> ''`;

interface Latest {
  readonly seq: number;
  readonly change: RoomChange['change'];
  readonly senderId: string | null;
  readonly text: string;
}

/** Changes of one's own messages, each with a number of its own. Throws a problem if the message is not there, or somebody else's. */
@Injectable()
export class ChangeMessageService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly fanOut: FanOut,
  ) {}

  /** To the text that it has: nothing new, and the number of its last change. */
  async edit(senderId: string, { roomId, messageId, text }: { readonly roomId: string; readonly messageId: string; readonly text: string }): Promise<{ seq: number }> {
    return this.change(roomId, senderId, messageId, async (manager, latest) => {
      if (latest.change === 'deleted') throw notFound();
      if (latest.text === text) return undefined;
      const change = await appendChange(manager, { roomId, messageId, change: 'edited', kind: 'user', senderId, text });
      const payload = { roomId, seq: change.seq, messageId, senderId, text };
      await this.outbox.publish(manager, messageEdited.occurred({ aggregateId: roomId, aggregateVersion: change.seq, payload }));
      return change;
    });
  }

  /** Its words are gone, also from its earlier changes. Again: the number of the first time. */
  async delete(senderId: string, { roomId, messageId }: { readonly roomId: string; readonly messageId: string }): Promise<{ seq: number }> {
    return this.change(roomId, senderId, messageId, async (manager, latest) => {
      if (latest.change === 'deleted') return undefined;
      await manager.query(FORGET_TEXTS, [messageId, roomId]);
      const change = await appendChange(manager, { roomId, messageId, change: 'deleted', kind: 'user', senderId, text: '' });
      const payload = { roomId, seq: change.seq, messageId, senderId };
      await this.outbox.publish(manager, messageDeleted.occurred({ aggregateId: roomId, aggregateVersion: change.seq, payload }));
      return change;
    });
  }

  private async change(
    roomId: string,
    senderId: string,
    messageId: string,
    append: (manager: EntityManager, latest: Latest) => Promise<RoomChange | undefined>,
  ): Promise<{ seq: number }> {
    const { seq, change } = await this.dataSource.transaction(async (manager) => {
      await lockSpeaker(manager, roomId, senderId);
      await manager.query(LOCK_ROOM, [roomId]);
      const [latest]: Latest[] = await manager.query(LATEST, [messageId, roomId]);
      if (!latest) throw notFound();
      if (latest.senderId !== senderId) throw new ForbiddenProblem('not-your-message', { detail: 'Only its sender may change a message.' });
      const appended = await append(manager, latest);
      return { seq: appended?.seq ?? latest.seq, change: appended };
    });
    if (change) this.fanOut.tell(change);
    return { seq };
  }
}

function notFound(): NotFoundProblem {
  return new NotFoundProblem('message-not-found', { detail: 'No message of this room has this id, or it is deleted.' });
}
