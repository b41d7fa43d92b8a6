import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdedRoom } from './crowd.ts';
import type { RawSocket } from './raw-socket.ts';

export interface Latencies {
  /** Of each message, from its time in the plan to its acknowledgement; in ms. A sender that is late makes no server faster; what is refused was never acknowledged (Infinity). */
  readonly acknowledged: readonly number[];
  /** Of each hit, to the moment at which its sender is shown the system message. */
  readonly answered: readonly number[];
}

export interface LatencyOptions {
  readonly perSecond: number;
  readonly seconds: number;
  /** One of so many messages is a hit. */
  readonly hitEvery: number;
  readonly hit: string;
}

const ANSWER_WITHIN_MS = 20_000;

/** An open loop: each message is sent at its time, whether or not earlier ones have been answered. */
export async function measureLatencies(rooms: readonly CrowdedRoom[], { perSecond, seconds, hitEvery, hit }: LatencyOptions): Promise<Latencies> {
  const acknowledged: number[] = [];
  const answered: number[] = [];
  const answers = new Answers(rooms);
  const calls: Promise<void>[] = [];
  const say = async (roomId: string, socket: RawSocket, text: string, due: number, isHit: boolean): Promise<void> => {
    const told = await socket.call<{ id: string }>('message:send', { roomId, clientMessageId: crypto.randomUUID(), text }).catch(() => undefined);
    acknowledged.push(told ? performance.now() - due : Infinity);
    if (isHit) answered.push(told ? (await answers.to(socket, told.id)) - due : Infinity);
  };
  const start = performance.now();
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = start + (index * 1_000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    const room = rooms[index % rooms.length];
    const socket = room?.sockets[Math.floor(index / rooms.length) % room.sockets.length];
    if (!room || !socket) throw new Error('There is nobody to send');
    const isHit = index % hitEvery === 0;
    calls.push(say(room.roomId, socket, isHit ? `message ${index}, ${hit}` : `message ${index}, as innocent as any`, due, isHit));
  }
  await Promise.all(calls);
  return { acknowledged, answered };
}

/** When each system message came to each socket, whoever asks first or last. */
class Answers {
  readonly #cameAt = new Map<RawSocket, Map<string, number>>();

  constructor(rooms: readonly CrowdedRoom[]) {
    for (const socket of rooms.flatMap(({ sockets }) => sockets)) {
      const came = new Map<string, number>();
      this.#cameAt.set(socket, came);
      socket.onEvent = (packet) => {
        const trigger = /"triggerMessageId":"([^"]+)"/.exec(packet)?.[1];
        if (trigger) came.set(trigger, performance.now());
      };
    }
  }

  async to(socket: RawSocket, trigger: string): Promise<number> {
    const giveUpAt = performance.now() + ANSWER_WITHIN_MS;
    for (;;) {
      const at = this.#cameAt.get(socket)?.get(trigger);
      if (at !== undefined) return at;
      if (performance.now() > giveUpAt) return Infinity;
      await sleep(20);
    }
  }
}
