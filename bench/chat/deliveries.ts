import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdedRoom } from './crowd.ts';
import { DistinctSeqs } from './distinct-seqs.ts';

/** Messages of a room that are on their way to its sockets. */
const IN_FLIGHT = 4;
const TEXT = 'Shall we meet at the river at seven? I bring the kites, you bring the wind.';

/** In a closed loop: a room is sent its next message as soon as one has reached all its sockets, so nothing queues without bound. @returns deliveries a second */
export async function deliveriesPerSecond(rooms: readonly CrowdedRoom[], ms: number): Promise<number> {
  const senders = rooms.map((room) => new RoomLoad(room));
  for (const sender of senders) sender.start();
  await sleep(ms / 4); // until it flows
  const [before, since] = [sum(senders), performance.now()];
  await sleep(ms);
  const [delivered, seconds] = [sum(senders) - before, (performance.now() - since) / 1_000];
  await Promise.all(senders.map((sender) => sender.stop()));
  return delivered / seconds;
}

function sum(senders: readonly RoomLoad[]): number {
  return senders.reduce((all, { delivered }) => all + delivered, 0);
}

class RoomLoad {
  readonly #room: CrowdedRoom;
  readonly #open = new Set<Promise<unknown>>();
  #sent = 0;
  #refused = 0;
  #running = false;
  delivered = 0;

  constructor(room: CrowdedRoom) {
    this.#room = room;
  }

  start(): void {
    this.#running = true;
    for (const socket of this.#room.sockets) {
      const seqs = new DistinctSeqs();
      socket.onEvent = (packet) => {
        if (!seqs.takes(packet)) return;
        this.delivered += 1;
        this.#fill();
      };
    }
    this.#fill();
  }

  /** Resolves when all that was sent has been answered and has reached everybody, or will not. */
  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#open);
    const giveUpAt = performance.now() + 5_000;
    while (this.delivered < (this.#sent - this.#refused) * this.#room.sockets.length && performance.now() < giveUpAt) await sleep(10);
  }

  #fill(): void {
    const { sockets } = this.#room;
    while (this.#running && (this.#sent - this.#refused) * sockets.length - this.delivered <= (IN_FLIGHT - 1) * sockets.length) this.#send();
  }

  #send(): void {
    const { roomId, sockets } = this.#room;
    const sender = sockets[this.#sent % sockets.length];
    this.#sent += 1;
    if (!sender) throw new Error('There is nobody to send');
    const settled: Promise<unknown> = sender
      .call('message:send', { roomId, clientMessageId: crypto.randomUUID(), text: TEXT })
      .catch(() => (this.#refused += 1))
      .then(() => this.#open.delete(settled));
    this.#open.add(settled);
  }
}
