import type { Redis } from 'ioredis';
import type { Client, Clients } from './rooms.ts';

/** While one batch is on its way, another is made. */
const FILLERS = 4;
const BATCH = 500;
const TICKETS = 10_000;

export interface FilledRoom {
  readonly name: string;
  readonly waiting: number;
  /** Of some who wait, from all over the room, but for those who may be admitted meanwhile. */
  readonly tickets: readonly string[];
}

/** A room in which so many wait. @param client one that pipelines */
export async function fill(clients: Clients, { rooms }: Client, name: string, waiting: number): Promise<FilledRoom> {
  await clients.know(name);
  const tickets: string[] = [];
  let left = waiting;
  const filler = async (): Promise<void> => {
    while (left > 0) {
      left -= BATCH;
      const places = await Promise.all(Array.from({ length: BATCH }, () => rooms.enter(name)));
      for (const place of places.slice(0, Math.ceil((TICKETS * BATCH) / waiting))) if (place.status === 'waiting' && place.position > waiting / 10) tickets.push(place.ticket);
    }
  };
  const progress = setInterval(() => console.log(`  ${(waiting - left).toLocaleString('en')} of ${waiting.toLocaleString('en')} wait`), 5_000);
  await Promise.all(Array.from({ length: FILLERS }, filler)).finally(() => clearInterval(progress));
  return { name, waiting, tickets };
}

/** Those who came since it was filled, as if they never had: the next turn finds as many as the first. */
export async function forgetNewcomers(redis: Redis, { name, waiting }: FilledRoom): Promise<void> {
  const [queue, seen] = [`{wr:${name}}:queue`, `{wr:${name}}:seen`];
  const newcomers = await redis.zrange(queue, waiting, '-1');
  for (let at = 0; at < newcomers.length; at += 1_000) {
    const some = newcomers.slice(at, at + 1_000);
    await redis.multi().zrem(queue, ...some).zrem(seen, ...some).exec();
  }
}
