import type { RoomChange } from '@madang/chat-client';
import { messagePosted } from '@madang/events';
import type { UuidV7Format } from '@madang/ids';
import { InjectIdFormat } from '@madang/ids/nest';
import { Outbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import { context, propagation } from '@opentelemetry/api';
import { DataSource, type EntityManager } from 'typeorm';
import { lockSpeakers } from '../rooms/room-access';
import { FanOut } from '../socket/fan-out';
import { appendChanges } from './room-change';
import { type Outcome, Turns } from './turns';

const SENT = `
  SELECT c.sender_id AS "senderId", c.client_message_id AS "clientMessageId", c.message_id AS id, c.seq
  FROM unnest($2::uuid[], $3::text[]) AS said(sender_id, client_message_id)
  JOIN room_change c ON c.room_id = $1 AND c.sender_id = said.sender_id AND c.client_message_id = said.client_message_id`;

/** Messages of a room that are one transaction. */
const MOST_AT_ONCE = 100;
/** Data exceptions and broken constraints (SQLSTATE): one message is to blame, and the others of its batch are not. */
const ABOUT_THE_DATA = /^2[23]/;
/** The same message was sent at another node in the same moment, and has come first. */
const UNIQUE_VIOLATION = '23505';

export interface NewMessage {
  readonly roomId: string;
  readonly clientMessageId: string;
  readonly text: string;
}

export interface Sent {
  readonly id: string;
  readonly seq: number;
}

interface Said extends Omit<NewMessage, 'roomId'> {
  readonly senderId: string;
  readonly traceparent: string | undefined;
}

interface Written {
  readonly outcomes: readonly Outcome<Sent>[];
  readonly changes: readonly RoomChange[];
}

@Injectable()
export class SendMessageService {
  private readonly turns = new Turns<Said, Sent>((roomId, said) => this.write(roomId, said), MOST_AT_ONCE);

  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly fanOut: FanOut,
    @InjectIdFormat('message') private readonly ids: UuidV7Format,
  ) {}

  /** Resolves once the message, its number and its event are durable; the same `clientMessageId` again is answered with the first ones. */
  async send(senderId: string, { roomId, clientMessageId, text }: NewMessage): Promise<Sent> {
    const carrier: { traceparent?: string } = {};
    propagation.inject(context.active(), carrier);
    return this.turns.take(roomId, { senderId, clientMessageId, text, traceparent: carrier.traceparent });
  }

  private async write(roomId: string, said: readonly Said[], again = true): Promise<readonly Outcome<Sent>[]> {
    try {
      const { outcomes, changes } = await this.dataSource.transaction((manager) => this.post(manager, roomId, said));
      for (const change of changes) this.fanOut.tell(change);
      return outcomes;
    } catch (error) {
      const state = sqlStateOf(error);
      if (said.length > 1 && ABOUT_THE_DATA.test(state)) {
        const outcomes: Outcome<Sent>[] = [];
        for (const each of said) outcomes.push(...(await this.write(roomId, [each])));
        return outcomes;
      }
      if (said.length === 1 && state === UNIQUE_VIOLATION && again) return this.write(roomId, said, false);
      return said.map(() => ({ error }));
    }
  }

  private async post(manager: EntityManager, roomId: string, said: readonly Said[]): Promise<Written> {
    const refusals = await lockSpeakers(manager, roomId, [...new Set(said.map(({ senderId }) => senderId))]);
    const sent = await sentBefore(manager, roomId, said);
    // Also within a batch the first one counts.
    const fresh = new Map<string, Said>();
    for (const each of said) {
      const key = keyOf(each);
      if (!refusals.has(each.senderId) && !sent.has(key) && !fresh.has(key)) fresh.set(key, each);
    }
    const changes = fresh.size === 0 ? [] : await this.append(manager, roomId, [...fresh.values()]);
    [...fresh.keys()].forEach((key, index) => {
      const change = changes[index];
      if (change) sent.set(key, { id: change.id, seq: change.seq });
    });
    const outcomes = said.map((each): Outcome<Sent> => {
      const error = refusals.get(each.senderId);
      if (error) return { error };
      const result = sent.get(keyOf(each));
      return result ? { result } : { error: new Error('A message that was written is not there') };
    });
    return { outcomes, changes };
  }

  private async append(manager: EntityManager, roomId: string, fresh: readonly Said[]): Promise<RoomChange[]> {
    const news = fresh.map(({ senderId, clientMessageId, text }) => ({ messageId: this.ids.generate(), change: 'posted' as const, kind: 'user' as const, senderId, clientMessageId, text }));
    const changes = await appendChanges(manager, roomId, news);
    const events = fresh.map(({ senderId, text, traceparent }, index) => {
      const change = changes[index];
      if (!change) throw new Error('A change that was appended is not there');
      const payload = { roomId, seq: change.seq, messageId: change.id, senderId, text };
      return messagePosted.occurred({ aggregateId: roomId, aggregateVersion: change.seq, payload, traceparent });
    });
    await this.outbox.publish(manager, ...events);
    return changes;
  }
}

async function sentBefore(manager: EntityManager, roomId: string, said: readonly Said[]): Promise<Map<string, Sent>> {
  const rows: (Sent & Pick<Said, 'senderId' | 'clientMessageId'>)[] = await manager.query(SENT, [
    roomId,
    said.map(({ senderId }) => senderId),
    said.map(({ clientMessageId }) => clientMessageId),
  ]);
  return new Map(rows.map((row) => [keyOf(row), { id: row.id, seq: row.seq }]));
}

/** Ids of members have one length: no two pairs are one text. */
function keyOf({ senderId, clientMessageId }: Pick<Said, 'senderId' | 'clientMessageId'>): string {
  return senderId + clientMessageId;
}

function sqlStateOf(error: unknown): string {
  return (error as { driverError?: { code?: string } }).driverError?.code ?? '';
}
