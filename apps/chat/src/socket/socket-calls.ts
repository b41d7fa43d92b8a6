import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { ChangeMessageService } from '../messages/change-message.service';
import { ReadHistoryService } from '../messages/read-history.service';
import { SendMessageService } from '../messages/send-message.service';
import { PresenceService } from '../presence/presence.service';
import { JoinRoomService } from '../rooms/join-room.service';
import { lastSeqsOf } from '../rooms/last-seqs';
import { ReadReceiptService } from '../rooms/read-receipt.service';
import { type CallAnswer, type CallInput, type CallName, callSchemas } from './protocol.schemas';
import { channelOf, type ChatSocket, roomsOf } from './chat-server';
import { CallRefused } from './failure';

/** Rooms that a socket is told of at once. */
const MOST_ROOMS = 100;
const TYPING_MS = 5_000;

type Handlers = { readonly [E in CallName]: (socket: ChatSocket, input: CallInput<E>) => Promise<CallAnswer<E>> };

export interface SocketCall {
  readonly name: CallName;
  /** What it takes, checked. @throws {CallRefused} naming the first field that is wrong */
  readonly prepare: (input: unknown) => (socket: ChatSocket) => Promise<object>;
  /** May be said without asking for an answer. */
  readonly quiet: boolean;
  /** Changes which rooms the socket is told of. */
  readonly moves: boolean;
  /** Makes sure in its own transaction that the member has not withdrawn. */
  readonly locksMember: boolean;
}

const LOCKING: ReadonlySet<CallName> = new Set(['message:send', 'message:edit', 'message:delete', 'receipt:read']);

/** Everything that may be said over a socket: what is not in the table is not understood. */
@Injectable()
export class SocketCalls {
  private readonly table: ReadonlyMap<string, SocketCall>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly presence: PresenceService,
    private readonly joining: JoinRoomService,
    private readonly history: ReadHistoryService,
    sending: SendMessageService,
    changing: ChangeMessageService,
    receipts: ReadReceiptService,
  ) {
    const handlers: Handlers = {
      'room:join': (socket, input) => this.join(socket, input),
      'room:leave': (socket, input) => this.leave(socket, input),
      'room:fetch': ({ data }, { roomId, afterSeq }) => this.history.tail(data.memberId, roomId, afterSeq),
      'message:send': ({ data }, input) => sending.send(data.memberId, input),
      'message:edit': ({ data }, input) => changing.edit(data.memberId, input),
      'message:delete': ({ data }, input) => changing.delete(data.memberId, input),
      'receipt:read': ({ data }, { roomId, seq }) => receipts.read(data.memberId, roomId, seq),
      'typing:start': (socket, input) => this.type(socket, input),
      'presence:beat': (socket) => this.beat(socket),
      'presence:list': (socket, { roomId }) => this.listOnline(socket, roomId),
    };
    const names = Object.keys(callSchemas) as CallName[];
    this.table = new Map(names.map((name) => [name, this.callOf(name, handlers)]));
  }

  named(event: unknown): SocketCall | undefined {
    return typeof event === 'string' ? this.table.get(event) : undefined;
  }

  private callOf<E extends CallName>(name: E, handlers: Handlers): SocketCall {
    const schema: z.ZodType<CallInput<E>> = callSchemas[name].input as unknown as z.ZodType<CallInput<E>>;
    return {
      name,
      prepare: (input) => {
        const parsed = schema.safeParse(input);
        if (!parsed.success) throw invalid(parsed.error);
        return (socket) => handlers[name](socket, parsed.data);
      },
      quiet: name === 'typing:start',
      moves: name === 'room:join' || name === 'room:leave',
      locksMember: LOCKING.has(name),
    };
  }

  /** First on the list of those who are told, then reading: a change is in what is read, or is told, or both. */
  private async join(socket: ChatSocket, { roomId, afterSeq }: CallInput<'room:join'>): Promise<CallAnswer<'room:join'>> {
    const channel = channelOf(roomId);
    const isNew = !socket.rooms.has(channel);
    if (isNew) assertPlace(socket);
    await this.joining.join(socket.data.memberId, roomId);
    if (!socket.connected) throw new CallRefused({ code: 'disconnected', title: 'The socket is gone.' }); // it would stay on the list for ever
    if (isNew) assertPlace(socket); // others may have come meanwhile
    await socket.join(channel);
    try {
      const tail = await this.history.tail(socket.data.memberId, roomId, afterSeq);
      void this.presence.heard(connectionOf(socket), [roomId]);
      return tail;
    } catch (error) {
      if (isNew) await socket.leave(channel);
      throw error;
    }
  }

  private async leave(socket: ChatSocket, { roomId }: CallInput<'room:leave'>): Promise<object> {
    await socket.leave(channelOf(roomId));
    void this.presence.gone(connectionOf(socket), [roomId]);
    return {};
  }

  private async type(socket: ChatSocket, { roomId }: CallInput<'typing:start'>): Promise<object> {
    assertJoined(socket, roomId);
    socket.to(channelOf(roomId)).volatile.emit('typing', { roomId, memberId: socket.data.memberId, untilMs: Date.now() + TYPING_MS });
    return {};
  }

  private async beat(socket: ChatSocket): Promise<CallAnswer<'presence:beat'>> {
    const rooms = roomsOf(socket);
    void this.presence.heard(connectionOf(socket), rooms);
    return { lastSeqs: await lastSeqsOf(this.dataSource, rooms) };
  }

  private async listOnline(socket: ChatSocket, roomId: string): Promise<CallAnswer<'presence:list'>> {
    assertJoined(socket, roomId);
    return { online: await this.presence.online(roomId) };
  }
}

export function connectionOf({ id, data }: ChatSocket): { memberId: string; socketId: string } {
  return { memberId: data.memberId, socketId: id };
}

function assertPlace(socket: ChatSocket): void {
  if (roomsOf(socket).length >= MOST_ROOMS) throw new CallRefused({ code: 'too-many-rooms', title: `A socket can follow ${MOST_ROOMS} rooms.` });
}

function assertJoined(socket: ChatSocket, roomId: string): void {
  if (!socket.rooms.has(channelOf(roomId))) throw new CallRefused({ code: 'not-joined', title: 'Join the room with this socket first.' });
}

function invalid({ issues: [issue] }: z.ZodError): CallRefused {
  const field = issue?.path.join('.') ?? '';
  return new CallRefused({ code: 'invalid-arguments', title: `${field === '' ? '' : `${field.slice(0, 100)}: `}${issue?.message.slice(0, 200) ?? 'invalid'}` });
}
