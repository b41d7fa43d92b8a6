import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { Ticket } from '../ticket/tickets';
import { UnknownRoomError } from './errors';
import { ROOM_LUA } from './room.lua';

/** `redis` of ioredis, alone or a cluster. Give it `commandTimeout` and `maxRetriesPerRequest`, so that no call hangs. */
export type RedisClient = Redis | Cluster;

export type Answer = readonly [string, ...(string | number)[]];

/** Who asks, and the number of the ticket that they have brought, or 0. */
export type Asking = Pick<Ticket, 'visitor' | 'number'>;

/** A server that forgets again and again meanwhile is not to be waited for. */
const ATTEMPTS = 3;
/** 1 to 63 of a-z, 0-9 and -. */
export const ROOM_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Runs a room's script. */
export class RoomScript {
  readonly keys: readonly string[];
  /** Of what was admitted and may not be in the store yet. */
  readonly outKey: string;
  readonly #text: string;
  readonly #sha: string;
  #opening: Promise<void> | undefined;

  /** @throws RangeError on a name that is none */
  constructor(
    private readonly redis: RedisClient,
    readonly room: string,
    private readonly store: { openArguments(): Promise<readonly (string | number)[]>; markOpened(): Promise<void> },
  ) {
    if (!ROOM_NAME.test(room)) throw new RangeError(`"${room}" is no name of a room: 1 to 63 of a-z, 0-9 and -.`);
    // One slot of a cluster.
    this.keys = ['settings', 'state', 'queue', 'seen', 'recent', 'admitted', 'out', 'left'].map((name) => `{wr:${room}}:${name}`);
    this.outKey = `{wr:${room}}:out`;
    this.#text = `-- room ${room}\n${ROOM_LUA}`;
    this.#sha = createHash('sha1').update(this.#text).digest('hex');
  }

  /** @throws what Redis or the store says */
  async run(operation: string, ...values: readonly (string | number)[]): Promise<Answer> {
    return this.#run<Answer>(operation, values);
  }

  /** An answer to each visitor. @throws what Redis or the store says */
  async ask(operation: string, durable: number, isStuck: 0 | 1, visitors: readonly Asking[]): Promise<readonly Answer[]> {
    const asked = visitors.flatMap(({ visitor, number }) => [visitor, number]);
    const [status, answers] = await this.#run<readonly ['answers', readonly Answer[]] | readonly ['unknown-room']>(operation, [durable, isStuck, ...asked]);
    if (status === 'unknown-room') throw new UnknownRoomError(this.room); // a server that forgets again and again
    return answers;
  }

  async #run<T extends readonly unknown[]>(operation: string, values: readonly (string | number)[]): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = (await this.redis.evalsha(this.#sha, this.keys.length, ...this.keys, operation, ...values)) as T;
        if (answer[0] !== 'unknown-room' || attempt === ATTEMPTS) return answer;
      } catch (error) {
        if (attempt === ATTEMPTS || !(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      }
      // A server that has never heard of the room or may have forgotten part of it: first what the store knows.
      await this.open();
    }
  }

  /** Brings what the store holds to Redis, and with it the script. Many callers share one. */
  open(): Promise<void> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** With what the store holds now: one that is under way may have read what was there before. */
  async openAnew(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    await this.open();
  }

  async #open(): Promise<void> {
    let stale = -1;
    for (;;) {
      const values = await this.store.openArguments();
      await this.store.markOpened(); // before anybody can be in it
      const [status, seq] = (await this.redis.eval(this.#text, this.keys.length, ...this.keys, 'open', stale, ...values)) as Answer;
      if (status !== 'stale') return;
      stale = Number(seq); // the store may have more by now
    }
  }
}
