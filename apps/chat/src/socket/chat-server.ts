import type { ClientToServer, ServerToClient } from '@madang/chat-client';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';

/** Known of a socket since its handshake. */
export interface SocketData {
  memberId: string;
  /** When its token ends, in ms since the epoch. */
  expiresAt: number;
}

export type ChatServer = Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
export type ChatSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;

const ROOM = 'room:';

/** socket.io's rooms: one for each of ours, and one for all sockets of a member. */
export const channelOf = (roomId: string): string => `${ROOM}${roomId}`;
export const memberChannelOf = (memberId: string): string => `member:${memberId}`;

/** The rooms that the socket is told of. */
export function roomsOf(socket: ChatSocket): string[] {
  return [...socket.rooms].filter((channel) => channel.startsWith(ROOM)).map((channel) => channel.slice(ROOM.length));
}

/** At once, and so that the client connects again by itself: it has not been sent away. */
export function cutOff(socket: ChatSocket): void {
  socket.conn.request.socket.destroy();
}
