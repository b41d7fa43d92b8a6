import { io, type Socket } from 'socket.io-client';
import type { Seen, View } from './history.ts';

/** A client that relies on socket.io and its adapter alone: shows what comes, as it comes, and neither counts nor fetches. The negative control of what clients are shown. */
export class NaiveListener {
  readonly #socket: Socket;
  readonly #seen = new Map<string, Seen[]>();
  readonly #name: string;

  constructor(name: string, url: string, token: string, roomIds: readonly string[]) {
    this.#name = name;
    this.#socket = io(url, { transports: ['websocket'], forceNew: true, auth: { token }, reconnectionDelayMax: 1_000 });
    this.#socket.on('connect', () => {
      for (const roomId of roomIds) this.#socket.emit('room:join', { roomId }, () => undefined);
    });
    this.#socket.on('message', (change: Seen & { roomId: string }) => {
      const seen = this.#seen.get(change.roomId) ?? [];
      this.#seen.set(change.roomId, seen);
      seen.push(change);
    });
  }

  /** From the first that was shown on. */
  get views(): View[] {
    return [...this.#seen].map(([roomId, seen]) => ({ client: this.#name, roomId, afterSeq: (seen[0]?.seq ?? 1) - 1, seen }));
  }

  disconnect(): void {
    this.#socket.disconnect();
  }
}
