import type { RoomChange } from '@madang/chat-client';
import { messagePosted } from '@madang/events';
import type { UuidV7Format } from '@madang/ids';
import { InjectIdFormat } from '@madang/ids/nest';
import { outboxRecord, type OutboxRecord } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import { context, propagation } from '@opentelemetry/api';
import { DataSource } from 'typeorm';
import { whyNotSpeaking } from '../rooms/room-access';
import { FanOut } from '../socket/fan-out';
import { GroupCommit, type Outcome } from './group-commit';
import { type Posted, postMessages, type Said } from './post-messages';

/** Messages that are one transaction. */
const MOST_AT_ONCE = 100;
/** Of a node, while PostgreSQL is behind. */
const MOST_WAITING = 5_000;
/** What stands for the number that the room gives. */
const UNNUMBERED = 1;
/** Data exceptions and broken constraints (SQLSTATE): one message is to blame, and the others of its batch are not. */
const ABOUT_THE_DATA = /^2[23]/;
/** A room is held by somebody who stands still (`lock_not_available`): the other rooms of the batch need not wait for it. */
const LOCK_NOT_AVAILABLE = '55P03';
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

/** With the trace of who said it. */
interface TracedMessage extends Said {
  readonly traceparent: string | undefined;
}

/** Messages of a node are written together as they come: the more there are, the less each costs. */
@Injectable()
export class SendMessageService {
  private readonly commits = new GroupCommit<TracedMessage, Sent>((said) => this.write(said), { most: MOST_AT_ONCE, mostWaiting: MOST_WAITING });

  constructor(
    private readonly dataSource: DataSource,
    private readonly fanOut: FanOut,
    @InjectIdFormat('message') private readonly ids: UuidV7Format,
  ) {}

  /** Resolves once the message, its number and its event are durable; the same `clientMessageId` again is answered with the first ones. */
  async send(senderId: string, { roomId, clientMessageId, text }: NewMessage): Promise<Sent> {
    const carrier: { traceparent?: string } = {};
    propagation.inject(context.active(), carrier);
    return this.commits.take({ roomId, senderId, clientMessageId, text, messageId: this.ids.generate(), traceparent: carrier.traceparent });
  }

  private async write(said: readonly TracedMessage[], again = true): Promise<readonly Outcome<Sent>[]> {
    // Also within a batch the first one counts.
    const distinct = new Map(said.toReversed().map((message) => [keyOf(message), message]));
    const messages = said.filter((message) => distinct.get(keyOf(message)) === message);
    try {
      const posted = await postMessages(this.dataSource, messages.map((message) => ({ ...message, event: eventOf(message) })));
      const outcomes = await Promise.all(messages.map((message, index) => this.outcomeOf(message, posted[index])));
      const byKey = new Map(messages.map((message, index) => [keyOf(message), outcomes[index]]));
      return said.map((message) => byKey.get(keyOf(message)) ?? { error: new Error('A message has no outcome') });
    } catch (error) {
      const state = sqlStateOf(error);
      const parts = apart(said, state);
      if (parts.length > 1) {
        const outcomes = new Map<TracedMessage, Outcome<Sent>>();
        for (const part of parts) {
          const written = await this.write(part);
          part.forEach((message, index) => outcomes.set(message, written[index] ?? { error }));
        }
        return said.map((message) => outcomes.get(message) ?? { error });
      }
      if (said.length === 1 && state === UNIQUE_VIOLATION && again) return this.write(said, false);
      return said.map(() => ({ error }));
    }
  }

  /** After the commit. */
  private async outcomeOf(message: TracedMessage, posted: Posted | undefined): Promise<Outcome<Sent>> {
    if (!posted?.id) return { error: await whyNotSpeaking(this.dataSource.manager, message.roomId, message.senderId) };
    const change = changeOf(message, posted);
    if (change) this.fanOut.tell(change);
    return { result: { id: posted.id, seq: posted.seq } };
  }
}

/** What has to be written again by itself, so that nobody shares the fate of who is to blame. */
function apart(said: readonly TracedMessage[], state: string): readonly (readonly TracedMessage[])[] {
  if (ABOUT_THE_DATA.test(state)) return said.map((message) => [message]);
  if (state === LOCK_NOT_AVAILABLE) return [...Map.groupBy(said, ({ roomId }) => roomId).values()];
  return [said];
}

/** Lacks its number. */
function eventOf({ roomId, senderId, messageId, text, traceparent }: TracedMessage): OutboxRecord {
  return outboxRecord(messagePosted.occurred({ aggregateId: roomId, aggregateVersion: UNNUMBERED, payload: { roomId, seq: UNNUMBERED, messageId, senderId, text }, traceparent }));
}

/** Undefined if it was there before, or was refused. */
function changeOf({ roomId, senderId, text }: Said, posted: Posted | undefined): RoomChange | undefined {
  if (!posted?.id || !posted.createdAt) return undefined;
  return { id: posted.id, roomId, seq: posted.seq, change: 'posted', kind: 'user', senderId, text, createdAt: posted.createdAt.toISOString() };
}

function keyOf({ roomId, senderId, clientMessageId }: Said): string {
  return `${roomId} ${senderId} ${clientMessageId}`;
}

function sqlStateOf(error: unknown): string {
  return (error as { driverError?: { code?: string } }).driverError?.code ?? '';
}
