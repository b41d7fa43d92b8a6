import type { Member } from '../../platform-client.ts';
import { NaiveListener } from '../../chat/naive-listener.ts';
import type { ChatClient } from '@madang/chat-client';
import { connect } from './chat.ts';
import type { World } from './world.ts';

/** A change as it was shown. */
export interface Shown {
  readonly roomId: string;
  readonly seq: number;
  readonly id: string;
  readonly text: string;
}

/** Somebody who listens in rooms, goes, and comes back. */
export interface Listener {
  readonly name: string;
  /** All that they were shown, over all their connections, as it was shown. */
  shownIn(roomId: string): readonly Shown[];
  come(): Promise<void>;
  go(): void;
}

/** By the numbers: goes on after the last one that was shown, and fetches what is missing. */
export function numberedListener(world: World, name: string, member: Member, roomIds: readonly string[]): Listener {
  const shown = new Map<string, Shown[]>(roomIds.map((roomId) => [roomId, []]));
  let chat: ChatClient | undefined;
  return {
    name,
    shownIn: (roomId) => shown.get(roomId) ?? [],
    go: () => chat?.close(),
    come: async () => {
      const connection = connect(world, member);
      chat = connection;
      const rooms = [...shown].map(([roomId, seen]) => {
        const room = connection.room(roomId, { afterSeq: seen.at(-1)?.seq ?? 0 });
        room.on('change', (change) => seen.push(change));
        return room;
      });
      await Promise.all(rooms.map((room) => room.entered()));
    },
  };
}

/** By what the adapter brings: shows what comes, as it comes. There is no switch for it, since it is the client that is naive. */
export function naiveListener(world: World, name: string, member: Member, roomIds: readonly string[], url: string): Listener {
  const lives: NaiveListener[] = [];
  return {
    name,
    shownIn: (roomId) => lives.flatMap(({ views }) => views.filter((view) => view.roomId === roomId).flatMap(({ seen }) => seen.map((change) => ({ ...change, roomId })))),
    go: () => lives.at(-1)?.disconnect(),
    come: async () => {
      const listener = new NaiveListener(name, url, member.token, roomIds);
      world.onEnd(() => listener.disconnect());
      lives.push(listener);
      await world.pause(100);
    },
  };
}
