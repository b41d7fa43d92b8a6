import { generateKeyPairSync } from 'node:crypto';
import { Redis } from 'ioredis';
import type { JWK } from 'jose';
import type { WaitingRooms } from '@madang/waiting-room';
import { compiledLibrary } from '../compiled-library.ts';

const TICKET_KEY = 'a key of a benchmark, thirty-two bytes or more';

export interface Client {
  readonly redis: Redis;
  readonly rooms: WaitingRooms;
}

/** Of the event product; but nobody gives up while this runs, whoever of a million is asked for. */
const SETTINGS = { limit: 10, intervalMs: 5_000, graceMs: 86_400_000 };

export interface Clients {
  /** Lets this process know a room. */
  know(room: string): Promise<void>;
  open(options?: { readonly enableAutoPipelining?: boolean }): Client;
  close(): void;
}

/** With a store that costs nothing: what is measured is Redis and the way there. */
export async function clientsOf(url: string): Promise<Clients> {
  const { DEFAULT_SETTINGS, MemoryRoomStore, PassIssuer, Tickets, WaitingRooms } = await compiledLibrary<typeof import('@madang/waiting-room')>('waiting-room');
  const passKey = { ...(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK), kid: 'bench' };
  const store = new MemoryRoomStore();
  const parts = { store, tickets: new Tickets([TICKET_KEY]), passes: new PassIssuer([passKey]) };
  const opened: Redis[] = [];
  return {
    know: async (room) => {
      await store.save(room, { ...DEFAULT_SETTINGS, ...SETTINGS }, 'a seed', 0);
    },
    open: (options = {}) => {
      const redis = new Redis(url, options);
      opened.push(redis);
      return { redis, rooms: new WaitingRooms({ redis, ...parts }) };
    },
    close: () => {
      for (const redis of opened) redis.disconnect();
    },
  };
}
