import { generateKeyPairSync } from 'node:crypto';
import { Redis } from 'ioredis';
import type { JWK } from 'jose';
import { MemoryRoomStore, PassIssuer, type RoomStore, Tickets, WaitingRooms } from '../src/index';

export const TICKET_KEY = 'a key of a test, thirty-two bytes or more';

export function passKey(kid = 'test'): JWK {
  return { ...(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK), kid };
}

export interface Opened {
  readonly redis: Redis;
  readonly rooms: WaitingRooms;
  readonly store: RoomStore;
  readonly passes: PassIssuer;
  close(): void;
}

/** What a process that manages rooms holds. Several with one store are several processes. */
export function openRooms(url: string, store: RoomStore = new MemoryRoomStore(), passes = new PassIssuer([passKey()])): Opened {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, commandTimeout: 3_000, enableOfflineQueue: true });
  redis.on('error', () => undefined);
  return { redis, store, passes, rooms: new WaitingRooms({ redis, store, tickets: new Tickets([TICKET_KEY]), passes }), close: () => redis.disconnect() };
}
