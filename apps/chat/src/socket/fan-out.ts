import type { RoomChange, ServerToClient } from '@madang/chat-client';
import { Injectable } from '@nestjs/common';
import { changesTotal } from '../chat.metrics';
import { channelOf, type ChatServer, memberChannelOf } from './chat-server';

type Told<E extends keyof ServerToClient> = Parameters<ServerToClient[E]>[0];

/**
 * Tells the sockets of all nodes, after the commit. An accelerator and no more: what gets lost here is noticed by the numbers
 * of a room, and read from the database.
 */
@Injectable()
export class FanOut {
  private io: ChatServer | undefined;

  /** Whoever writes exists before the sockets do; nobody is there to be told then. */
  attach(io: ChatServer): void {
    this.io = io;
  }

  tell(change: RoomChange): void {
    changesTotal.inc({ change: change.change, kind: change.kind });
    this.io?.to(channelOf(change.roomId)).emit('message', change);
  }

  tellRead(receipt: Told<'receipt'>): void {
    this.io?.to(channelOf(receipt.roomId)).emit('receipt', receipt);
  }

  tellPresence(presence: Told<'presence'>): void {
    this.io?.to(channelOf(presence.roomId)).emit('presence', presence);
  }

  /** All sockets of a member, on every node; on this one also while Redis is away. */
  disconnect(memberId: string): void {
    const channel = memberChannelOf(memberId);
    this.io?.local.in(channel).disconnectSockets(true);
    this.io?.in(channel).disconnectSockets(true);
  }
}
