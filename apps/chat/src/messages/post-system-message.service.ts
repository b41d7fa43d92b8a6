import type { RoomChange } from '@madang/chat-client';
import type { DomainEvent } from '@madang/event-bus';
import { systemMessagePosted, type SystemMessageRequestedPayload } from '@madang/events';
import { Inbox, type InboxOutcome, Outbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FanOut } from '../socket/fan-out';
import { appendChange } from './room-change';

const THERE = 'SELECT FROM room_change WHERE message_id = $1';
const TRIGGER = `SELECT FROM room_change WHERE message_id = $1 AND room_id = $2 AND change = 'posted' AND kind = 'user'`;

/** What is asked for can never be: the command becomes a dead letter, for people to look at. */
export class ImpossibleCommandError extends Error {
  override readonly name = 'ImpossibleCommandError';
}

@Injectable()
export class PostSystemMessageService {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    private readonly fanOut: FanOut,
  ) {}

  /**
   * One message, however often its id is requested, under whatever event ids. What triggered it may be edited or deleted
   * meanwhile: it was said.
   *
   * @throws {ImpossibleCommandError} if the room holds no such message of a member
   */
  async post({ id, payload }: DomainEvent<SystemMessageRequestedPayload>): Promise<InboxOutcome> {
    const posted: RoomChange[] = [];
    const outcome = await this.inbox.applyOnce(id, async (manager) => {
      const change = await this.append(manager, payload);
      if (change) posted.push(change);
    });
    for (const change of posted) this.fanOut.tell(change);
    return posted.length === 0 ? 'duplicate' : outcome;
  }

  private async append(manager: EntityManager, { text, ...said }: SystemMessageRequestedPayload): Promise<RoomChange | undefined> {
    const { roomId, messageId, triggerMessageId } = said;
    const triggers: unknown[] = await manager.query(TRIGGER, [triggerMessageId, roomId]);
    if (triggers.length === 0) throw new ImpossibleCommandError(`Room ${roomId} has no message ${triggerMessageId} of a member`);
    const there: unknown[] = await manager.query(THERE, [messageId]);
    if (there.length > 0) return undefined;
    const change = await appendChange(manager, { roomId, messageId, change: 'posted', kind: 'system', text, triggerMessageId });
    await this.outbox.publish(manager, systemMessagePosted.occurred({ aggregateId: roomId, aggregateVersion: change.seq, payload: { ...said, seq: change.seq } }));
    return change;
  }
}
