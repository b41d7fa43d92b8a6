import type { RoomChange } from '@madang/chat-client';
import { messagePosted } from '@madang/events';
import type { UuidV7Format } from '@madang/ids';
import { InjectIdFormat } from '@madang/ids/nest';
import { Outbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { lockSpeaker } from '../rooms/room-access';
import { FanOut } from '../socket/fan-out';
import { appendChange } from './room-change';

const SENT = 'SELECT message_id AS id, seq FROM room_change WHERE room_id = $1 AND sender_id = $2 AND client_message_id = $3';
const CLIENT_MESSAGE_INDEX = 'room_change_client_message';

export interface NewMessage {
  readonly roomId: string;
  readonly clientMessageId: string;
  readonly text: string;
}

export interface Sent {
  readonly id: string;
  readonly seq: number;
}

@Injectable()
export class SendMessageService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly fanOut: FanOut,
    @InjectIdFormat('message') private readonly ids: UuidV7Format,
  ) {}

  /** Resolves once the message, its number and its event are durable; the same `clientMessageId` again is answered with the first ones. */
  async send(senderId: string, message: NewMessage): Promise<Sent> {
    const posted = await this.post(senderId, message).catch(async (error: unknown) => {
      // The same message was being sent at the same moment, and has come first.
      if (!isTwice(error)) throw error;
      return this.dataSource.transaction((manager) => sent(manager, senderId, message));
    });
    if (posted === undefined) throw new Error('A message that is there twice is not there');
    if ('change' in posted) this.fanOut.tell(posted);
    return { id: posted.id, seq: posted.seq };
  }

  private post(senderId: string, message: NewMessage): Promise<RoomChange | Sent> {
    const { roomId, text } = message;
    return this.dataSource.transaction(async (manager) => {
      await lockSpeaker(manager, roomId, senderId);
      const before = await sent(manager, senderId, message);
      if (before) return before;
      const change = await appendChange(manager, { ...message, messageId: this.ids.generate(), change: 'posted', kind: 'user', senderId });
      const payload = { roomId, seq: change.seq, messageId: change.id, senderId, text };
      await this.outbox.publish(manager, messagePosted.occurred({ aggregateId: roomId, aggregateVersion: change.seq, payload }));
      return change;
    });
  }
}

async function sent(manager: EntityManager, senderId: string, { roomId, clientMessageId }: NewMessage): Promise<Sent | undefined> {
  const [row]: Sent[] = await manager.query(SENT, [roomId, senderId, clientMessageId]);
  return row;
}

function isTwice(error: unknown): boolean {
  const { driverError } = error as { driverError?: { constraint?: string } };
  return driverError?.constraint === CLIENT_MESSAGE_INDEX;
}
