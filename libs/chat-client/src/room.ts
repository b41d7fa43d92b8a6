import type { Calls } from './calls';
import { Emitter } from './emitter';
import { ChatNotSentError, ChatRefusedError, leavesOpen } from './errors';
import type { Call, InputOf, Link, ResultOf } from './link';
import { newMessageId } from './message-id';
import type { ChatFailure, RoomChange, RoomTail, ServerToClient } from './protocol';
import { RoomLog } from './room-log';
import { pause, spread, within } from './waiting';

type Told<Event extends 'typing' | 'receipt' | 'presence'> = Parameters<ServerToClient[Event]>[0];

export interface RoomEvents {
  /** Each change once, in the one order of the room, without a gap. */
  change: RoomChange;
  typing: Told<'typing'>;
  receipt: Told<'receipt'>;
  presence: Told<'presence'>;
  /** The server has less than it had: its database was set back. What was shown may never have been; the last 50 come anew. */
  reset: undefined;
  /** The caller may not be in this room. It is asked again at the next connection. */
  refused: ChatFailure;
}

/** What is missing has mostly been overtaken only, and is on its way. */
const PATIENCE_MS = [50, 150] as const;
const LONGEST_PATIENCE_MS = 5_000;
/** Others see it for some seconds; each key pressed need not be told. */
const TYPING_EVERY_MS = 2_000;

/** One room, over all connections of its client. Calls throw ChatRefusedError, ChatUnknownError, ChatNotSentError. */
export class Room extends Emitter<RoomEvents> {
  readonly id: string;
  readonly #calls: Calls;
  readonly #giveUpMs: number;
  #log: RoomLog<RoomChange>;
  #entered = newEntrance();
  #refusal: ChatFailure | undefined;
  #link: Link | undefined;
  #entering: Link | undefined;
  #mending = false;
  /** Fetches that have brought nothing since one did. */
  #vain = 0;
  #ended = false;
  #sending: Promise<unknown> = Promise.resolve();
  #toldTypingAt = -Infinity;

  /** @internal by `ChatClient.room` */
  constructor(id: string, calls: Calls, giveUpMs: number, afterSeq: number | undefined) {
    super();
    this.id = id;
    this.#calls = calls;
    this.#giveUpMs = giveUpMs;
    this.#log = new RoomLog(afterSeq);
  }

  /** The number of the last change that was given out; keep it, to go on from it another time. */
  get lastSeq(): number | undefined {
    return this.#log.lastSeq;
  }

  /** Resolves once the room has been entered for the first time. */
  async entered(): Promise<void> {
    if (this.#refusal) throw new ChatRefusedError(this.#refusal);
    await this.#entered.promise;
  }

  /** Says something; what one client says in a room comes in the order of these calls. Resolves when it is stored. */
  send(text: string, clientMessageId: string = newMessageId()): Promise<{ id: string; seq: number }> {
    const until = performance.now() + this.#giveUpMs;
    const sent = this.#sending.then(() => this.#call('message:send', { roomId: this.id, clientMessageId, text }, true, until));
    this.#sending = sent.catch(() => undefined);
    return sent;
  }

  /** Said once at most: said twice it could undo a later one. */
  edit(messageId: string, text: string): Promise<{ seq: number }> {
    return this.#call('message:edit', { roomId: this.id, messageId, text }, false);
  }

  delete(messageId: string): Promise<{ seq: number }> {
    return this.#call('message:delete', { roomId: this.id, messageId }, true);
  }

  /** All up to `seq` has been read; it never goes back. */
  read(seq: number): Promise<{ lastReadSeq: number }> {
    return this.#call('receipt:read', { roomId: this.id, seq }, true);
  }

  /** To be called as often as a key is pressed. */
  typing(): void {
    const now = performance.now();
    if (!this.#link?.isUp || now - this.#toldTypingAt < TYPING_EVERY_MS) return;
    this.#toldTypingAt = now;
    this.#link.tell('typing:start', { roomId: this.id });
  }

  /** The ids of the members who are there. */
  async online(): Promise<readonly string[]> {
    return (await this.#call('presence:list', { roomId: this.id }, true)).online;
  }

  /** @internal Joins over this link; changes come over it from then on, and what was missed comes with the answer. */
  async enter(link: Link): Promise<void> {
    if (this.#entering === link) return;
    this.#entering = link;
    while (link.isUp && !this.#ended) {
      const afterSeq = this.#log.lastSeq;
      const reply = await link.ask('room:join', { roomId: this.id, ...(afterSeq !== undefined && { afterSeq }) });
      if (!reply) continue;
      if ('result' in reply) {
        // What is had was committed before it was asked.
        if (afterSeq !== undefined && reply.result.lastSeq < afterSeq) {
          this.#forget();
          continue;
        }
        this.#joined(link, reply.result);
        break;
      }
      const { failure } = reply;
      if (failure.retryAfterMs === undefined && !leavesOpen(failure)) {
        this.#refuse(failure);
        break;
      }
      await pause((failure.retryAfterMs ?? 0) + spread(...PATIENCE_MS));
    }
    if (this.#entering === link) this.#entering = undefined;
  }

  /** @internal */
  isIn(link: Link): boolean {
    return this.#link === link;
  }

  /** @internal */
  receive(change: RoomChange): void {
    this.#giveOut(this.#log.receive(change));
  }

  /** @internal The server has told where the room stands. */
  standsAt(seq: number): void {
    this.#log.standsAt(seq);
    void this.#mend();
  }

  /** @internal The server has less than was had. */
  beginAnew(link: Link): void {
    this.#forget();
    void this.enter(link);
  }

  /** @internal */
  end(): void {
    this.#ended = true;
    this.#entered.refuse(new ChatNotSentError('room:join'));
  }

  #forget(): void {
    this.#log = new RoomLog();
    this.emit('reset', undefined);
  }

  #joined(link: Link, tail: RoomTail): void {
    this.#link = link;
    this.#refusal = undefined;
    this.#entered.open();
    this.#giveOut(this.#log.receiveTail(tail));
  }

  #refuse(failure: ChatFailure): void {
    this.#refusal = failure;
    this.#entered.refuse(new ChatRefusedError(failure));
    this.#entered = newEntrance();
    this.emit('refused', failure);
  }

  #giveOut(changes: readonly RoomChange[]): void {
    if (this.#ended) return;
    for (const change of changes) this.emit('change', change);
    void this.#mend();
  }

  /** Fetches what is missing, one fetch at a time; each that brings nothing, or is refused, is followed by a longer pause. */
  async #mend(): Promise<void> {
    if (this.#mending) return;
    this.#mending = true;
    try {
      while (this.#log.isBehind && !this.#ended) {
        await pause(Math.min(spread(...PATIENCE_MS) * 2 ** this.#vain, LONGEST_PATIENCE_MS));
        const from = this.#log.lastSeq;
        if (!this.#log.isBehind || from === undefined) return;
        this.#vain += 1;
        const log = this.#log;
        const tail = await this.#call('room:fetch', { roomId: this.id, afterSeq: from }, true);
        if (log !== this.#log) return;
        this.#giveOut(log.receiveTail(tail));
        if (log.lastSeq !== from) this.#vain = 0;
      }
    } catch {
      // The next change, beat or connection tries again.
    } finally {
      this.#mending = false;
    }
  }

  async #call<Name extends Call>(name: Name, input: InputOf<Name>, repeatable: boolean, until = performance.now() + this.#giveUpMs): Promise<ResultOf<Name>> {
    // Who says something in a room for the first time becomes a member by joining it, and not before.
    const isIn = (await this.#calls.canBegin(until)) && (await within(this.entered().then(() => true), until - performance.now()));
    if (!isIn) throw new ChatNotSentError(name);
    return this.#calls.call(name, input, { repeatable, until });
  }
}

interface Entrance {
  readonly promise: Promise<void>;
  readonly open: () => void;
  readonly refuse: (error: Error) => void;
}

function newEntrance(): Entrance {
  let open = (): void => undefined;
  let refuse: Entrance['refuse'] = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    refuse = reject;
  });
  promise.catch(() => undefined); // whoever waits for it is told
  return { promise, open, refuse };
}
