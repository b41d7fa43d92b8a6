// A process that manages rooms, as a service would: its own connections, its own clock of each room. Started by gate.ts.
import { Redis } from 'ioredis';
import type { JWK } from 'jose';
import { DataSource } from 'typeorm';
import { PassIssuer, RoomClock, type RoomStore, Tickets, WaitingRooms } from '../../src/index';
import { TypeOrmRoomStore } from '../../src/typeorm/index';
import { withoutHold, withoutStore } from './controls';
import type { Answered, Asked, Control } from './messages';

const env = (name: string): string => process.env[name] ?? '';
const control = env('CONTROL') as Control | '';

async function main(): Promise<void> {
  const database = await new DataSource({ type: 'postgres', url: env('POSTGRES'), poolSize: 4, connectTimeoutMS: 1_000, extra: { query_timeout: 1_000 } }).initialize();
  const redis = new Redis(env('VALKEY'), { maxRetriesPerRequest: 0, commandTimeout: 1_000, retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  const kept = new TypeOrmRoomStore(database);
  const store: RoomStore = { '': kept, 'no-hold': withoutHold(kept), 'no-store': withoutStore(kept) }[control];
  const rooms = new WaitingRooms({ redis, store, tickets: new Tickets([env('TICKET_KEY')]), passes: new PassIssuer([JSON.parse(env('PASS_KEY')) as JWK]) });
  const clocks = new Map<string, RoomClock>();

  async function answer({ operation, room, ticket = '', settings }: Asked): Promise<Answered['place']> {
    // What a clock cannot do, the next poll is told.
    if (operation !== 'configure' && !clocks.has(room)) clocks.set(room, new RoomClock(rooms.room(room), () => undefined, () => undefined));
    if (operation === 'configure') await rooms.configure(room, settings ?? { limit: 1, intervalMs: 1 });
    if (operation === 'leave') await rooms.leave(room, ticket);
    if (operation === 'poll') return rooms.poll(room, ticket);
    return operation === 'enter' ? rooms.enter(room, { ticket: ticket || undefined }) : undefined;
  }

  process.on('message', (asked: Asked) => {
    answer(asked).then(
      (place) => process.send?.({ id: asked.id, at: Date.now(), place }),
      (error: Error & { code?: string }) => process.send?.({ id: asked.id, at: Date.now(), error: { code: error.code ?? error.name, message: error.message } }),
    );
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ id: 0, at: Date.now() });
}

void main();
