import { Calls } from './calls';
import { Connection } from './connection';
import { Emitter } from './emitter';
import type { Link } from './link';
import type { ChatFailure, RoomChange } from './protocol';
import { Room, type RoomEvents } from './room';
import { spread } from './waiting';

export interface ChatClientOptions {
  /** One node, or several of the same chat: the next one is taken when one dies. `http://127.0.0.1:8104` */
  readonly url: string | readonly string[];
  /** An access token, or where to get one: it is asked for at each connection. */
  readonly token: string | (() => string | Promise<string>);
  /** How long an answer is waited for. Default: 10,000 ms. */
  readonly answerMs?: number;
  /** After how long a call is given up that nobody has answered, all repetitions together. Default: 60,000 ms. */
  readonly giveUpMs?: number;
  /** Between two beats: how long the loss of the last change of a room can go unnoticed. Default: 10,000 ms. */
  readonly beatMs?: number;
}

export type ChatState = 'connecting' | 'connected' | 'refused' | 'closed';

export interface ClientEvents {
  state: ChatState;
  /** The token is not accepted. `connect` tries again. */
  refused: ChatFailure;
}

/** All clients hear `resync` at the same moment, and shall not all ask at the same moment. */
const RESYNC_SPREAD_MS = 500;

/** One member's connection to the chat. It connects by itself, again and again, until it is closed or refused. */
export class ChatClient extends Emitter<ClientEvents> {
  readonly #rooms = new Map<string, Room>();
  readonly #connection: Connection;
  readonly #calls: Calls;
  readonly #giveUpMs: number;
  readonly #beatMs: number;
  #state: ChatState = 'connecting';
  #nextBeat: ReturnType<typeof setTimeout> | undefined;

  constructor({ url, token, answerMs = 10_000, giveUpMs = 60_000, beatMs = 10_000 }: ChatClientOptions) {
    super();
    const urls = [url].flat();
    if (urls.length === 0) throw new TypeError('ChatClient needs the url of at least one node');
    this.#giveUpMs = giveUpMs;
    this.#beatMs = beatMs;
    this.#connection = new Connection(
      { urls, token: typeof token === 'string' ? () => token : token, timeoutMs: answerMs },
      {
        onUp: (link) => this.#up(link),
        onDown: () => this.#turn('connecting'),
        onRefused: (failure) => {
          this.#turn('refused');
          this.emit('refused', failure);
        },
        onTold: (event, told) => this.#told(event, told),
      },
    );
    this.#calls = new Calls(this.#connection);
    this.#connection.open();
  }

  get state(): ChatState {
    return this.#state;
  }

  /**
   * Enters a room, or returns the one that has been entered.
   *
   * @param afterSeq to go on from there: the first change is the one after it, 0 for all there have ever been. Default: the last 50.
   */
  room(anyCaseId: string, { afterSeq }: { readonly afterSeq?: number } = {}): Room {
    const id = anyCaseId.toLowerCase(); // as the server writes it
    const known = this.#rooms.get(id);
    if (known) return known;
    const room = new Room(id, this.#calls, this.#giveUpMs, afterSeq);
    this.#rooms.set(id, room);
    if (this.#connection.link) void room.enter(this.#connection.link);
    return room;
  }

  /** Its changes come no more; the member stays one of the room. */
  leave(room: Room): void {
    if (!this.#rooms.delete(room.id)) return;
    room.end();
    void this.#connection.link?.ask('room:leave', { roomId: room.id });
  }

  /** After a refusal, with another token. */
  connect(): void {
    if (this.#state !== 'refused') return;
    this.#turn('connecting');
    this.#connection.open();
  }

  /** For good. What has not been answered stays unknown. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#connection.close();
    for (const room of this.#rooms.values()) room.end();
    this.#rooms.clear();
    this.#turn('closed');
  }

  #up(link: Link): void {
    this.#turn('connected');
    for (const room of this.#rooms.values()) void room.enter(link);
    this.#beatIn(spread(0.5, 1) * this.#beatMs);
  }

  #turn(state: ChatState): void {
    if (state !== 'connected') clearTimeout(this.#nextBeat);
    if (state === this.#state) return;
    this.#state = state;
    this.emit('state', state);
  }

  #told(event: string, told: unknown): void {
    if (event === 'resync') return this.#beatIn(spread(0, RESYNC_SPREAD_MS));
    const room = this.#rooms.get((told as { readonly roomId: string } | undefined)?.roomId ?? '');
    if (event === 'message') room?.receive(told as RoomChange);
    else if (isOfRoom(event)) room?.emit(event, told as RoomEvents[typeof event]);
  }

  #beatIn(ms: number): void {
    clearTimeout(this.#nextBeat);
    this.#nextBeat = setTimeout(() => void this.#beat(), ms);
  }

  async #beat(): Promise<void> {
    const { link } = this.#connection;
    if (!link) return;
    const asked = [...this.#rooms.values()].filter((room) => room.isIn(link)).map((room) => ({ room, had: room.lastSeq }));
    const reply = await link.ask('presence:beat', {});
    if (!reply) return this.#connection.drop(link);
    if (link !== this.#connection.link) return;
    this.#beatIn(spread(0.75, 1.25) * this.#beatMs);
    if (!('result' in reply)) return;
    for (const { room, had } of asked) {
      const seq = reply.result.lastSeqs[room.id];
      if (seq === undefined) void room.enter(link); // the server does not know that it is there
      else if (had !== undefined && seq < had) room.beginAnew(link);
      else room.standsAt(seq);
    }
  }
}

function isOfRoom(event: string): event is 'typing' | 'receipt' | 'presence' {
  return event === 'typing' || event === 'receipt' || event === 'presence';
}
