import { RawSocket } from './raw-socket.ts';

/** A room with all its sockets, of both nodes in turn. */
export interface CrowdedRoom {
  readonly roomId: string;
  readonly sockets: readonly RawSocket[];
}

export interface CrowdOptions {
  readonly urls: readonly string[];
  readonly tokens: readonly string[];
  readonly roomIds: readonly string[];
  /** All of them; they share the rooms evenly. */
  readonly sockets: number;
}

const AT_ONCE = 20;

export async function gatherCrowd({ urls, tokens, roomIds, sockets }: CrowdOptions): Promise<CrowdedRoom[]> {
  const rooms = roomIds.map((roomId) => ({ roomId, sockets: [] as RawSocket[] }));
  let next = 0;
  const open = async (): Promise<void> => {
    while (next < sockets) {
      const index = next++;
      const room = rooms[index % rooms.length];
      const socket = await RawSocket.open(urls[Math.floor(index / rooms.length) % urls.length] ?? '', tokens[index % tokens.length] ?? '');
      if (!room) throw new Error('There are no rooms');
      await socket.call('room:join', { roomId: room.roomId });
      room.sockets.push(socket);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, open));
  return rooms;
}

export function disperse(rooms: readonly CrowdedRoom[]): void {
  for (const { sockets } of rooms) for (const socket of sockets) socket.close();
}
