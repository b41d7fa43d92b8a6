import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import type { Answer, RoomChange, RoomTail } from '../src/index';

/** What it does wrong, each time it is about to do it: 1 always, 0 never. */
export interface Losses {
  /** A change does not reach a socket. */
  readonly delivery?: () => boolean;
  /** It does, later than those behind it. */
  readonly delay?: () => boolean;
  /** What was asked is done, and not answered. */
  readonly answer?: () => boolean;
  /** A connection is taken, and its handshake never answered. */
  readonly handshake?: () => boolean;
  /** A fetch finds nothing. */
  readonly fetch?: () => boolean;
}

type Acknowledge = (answer: Answer<object>) => void;

interface Told {
  readonly roomId: string;
  readonly clientMessageId: string;
  readonly text: string;
  readonly afterSeq?: number;
}

const PAGE = 20;

/** One chat of several nodes in this process, over real sockets: what the client is promised, and no more. Rooms are in memory, and members are who they say. */
export class LossyChat {
  losses: Losses = {};
  refuse: { code: string; title: string; retryAfterMs?: number } | undefined;
  /** Calls by their names, refused ones included. */
  readonly asked: string[] = [];
  readonly #rooms = new Map<string, { changes: RoomChange[]; sent: Map<string, { id: string; seq: number }> }>();
  readonly #nodes = new Map<string, { http: HttpServer; io: Server }>();

  /** @returns its url; with a port it comes back where it was */
  async startNode(port = 0): Promise<string> {
    const http = createServer();
    const io = new Server(http, { transports: ['websocket'], serveClient: false });
    io.use((socket, next) => {
      if (this.losses.handshake?.()) return;
      const { token } = socket.handshake.auth as { token?: string };
      next(token === 'bad' ? Object.assign(new Error('refused'), { data: { code: 'unauthorized', title: 'Sign in.' } }) : undefined);
    });
    io.on('connection', (socket) => this.#serve(socket));
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    this.#nodes.set(url, { http, io });
    return url;
  }

  /** Its sockets are gone at once. @returns its port */
  async killNode(url: string): Promise<number> {
    const node = this.#nodes.get(url);
    this.#nodes.delete(url);
    await node?.io.close();
    return Number(new URL(url).port);
  }

  async stop(): Promise<void> {
    for (const url of this.#nodes.keys()) await this.killNode(url);
  }

  socketsOf(url: string): number {
    return this.#nodes.get(url)?.io.of('/').sockets.size ?? 0;
  }

  resync(): void {
    for (const { io } of this.#nodes.values()) io.emit('resync');
  }

  forgetWhoIsWhere(): void {
    for (const { io } of this.#nodes.values()) for (const socket of io.of('/').sockets.values()) for (const room of socket.rooms) if (room !== socket.id) void socket.leave(room);
  }

  /** As from a backup: only the first ones are left. */
  setBack(roomId: string, length: number): void {
    this.#room(roomId).changes.length = length;
  }

  changes(roomId: string): readonly RoomChange[] {
    return this.#room(roomId).changes;
  }

  #room(roomId: string): { changes: RoomChange[]; sent: Map<string, { id: string; seq: number }> } {
    const room = this.#rooms.get(roomId) ?? { changes: [], sent: new Map() };
    this.#rooms.set(roomId, room);
    return room;
  }

  #serve(socket: Socket): void {
    const on = (event: string, act: (told: Told) => object): void => {
      socket.on(event, (told: Told, acknowledge?: Acknowledge) => {
        this.asked.push(event);
        const answer = this.refuse ? { error: this.refuse } : act(told);
        if (!this.losses.answer?.()) acknowledge?.(answer);
      });
    };
    on('room:join', ({ roomId, afterSeq }) => {
      void socket.join(roomId);
      return this.#tail(roomId, afterSeq ?? Math.max(0, this.changes(roomId).length - PAGE));
    });
    on('room:fetch', ({ roomId, afterSeq }) => ({ ...this.#tail(roomId, afterSeq ?? 0), ...(this.losses.fetch?.() && { messages: [] }) }));
    on('room:leave', ({ roomId }) => {
      void socket.leave(roomId);
      return {};
    });
    on('message:send', (told) => this.#send(told));
    on('presence:beat', () => ({ lastSeqs: Object.fromEntries([...socket.rooms].filter((id) => id !== socket.id).map((id) => [id, this.changes(id).length])) }));
  }

  #tail(roomId: string, afterSeq: number): RoomTail {
    const { changes } = this.#room(roomId);
    return { lastSeq: changes.length, messages: changes.slice(afterSeq, afterSeq + PAGE) };
  }

  #send({ roomId, clientMessageId, text }: Told): { id: string; seq: number } {
    const { changes, sent } = this.#room(roomId);
    const earlier = sent.get(clientMessageId);
    if (earlier) return earlier;
    const seq = changes.length + 1;
    const change: RoomChange = { id: `${roomId}-${seq}`, roomId, seq, change: 'posted', kind: 'user', text, createdAt: new Date().toISOString() };
    changes.push(change);
    const answer = { id: change.id, seq };
    sent.set(clientMessageId, answer);
    for (const { io } of this.#nodes.values()) for (const socket of io.of('/').sockets.values()) this.#deliver(socket, change);
    return answer;
  }

  #deliver(socket: Socket, change: RoomChange): void {
    if (!socket.rooms.has(change.roomId) || this.losses.delivery?.()) return;
    if (this.losses.delay?.()) setTimeout(() => socket.emit('message', change), 30);
    else socket.emit('message', change);
  }
}
