import { ChatClient, ChatNotSentError, ChatRefusedError, type Room } from '@madang/chat-client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../crash/random.ts';
import type { Member } from '../platform-client.ts';
import type { Outcome, Said, Seen, View } from './history.ts';

export interface TalkerOptions {
  readonly name: string;
  readonly member: Member;
  /** Of the nodes. */
  readonly urls: readonly string[];
  readonly roomIds: readonly string[];
  readonly random: Random;
  /** Between an answer and what is said next, on average. */
  readonly thinkMs: number;
  /** A word that the moderator answers to. */
  readonly hit: string;
}

/** Shorter than by default: a campaign has no time to wait for what is frozen. */
const TIMES = { answerMs: 4_000, giveUpMs: 30_000, beatMs: 2_000 };
const HITS = 0.15;
const EDITS = 0.1;
const DELETIONS = 0.07;

/** Somebody who talks in some rooms, and writes down what they said and were shown. */
export class Talker {
  readonly said: Said[] = [];
  readonly #options: TalkerOptions;
  readonly #seen: ReadonlyMap<string, Seen[]>;
  /** Own messages that are acknowledged, innocent, and not deleted. */
  readonly #own: Said[] = [];
  #chat: ChatClient | undefined;
  #rooms: Room[] = [];
  #count = 0;

  constructor(options: TalkerOptions) {
    this.#options = options;
    this.#seen = new Map(options.roomIds.map((roomId) => [roomId, []]));
  }

  get views(): View[] {
    return [...this.#seen].map(([roomId, seen]) => ({ client: this.#options.name, roomId, afterSeq: 0, seen }));
  }

  /** Goes on from the last number that was shown, as somebody does who comes back another day. */
  connect(): void {
    const { urls, member } = this.#options;
    const chat = new ChatClient({ url: urls, token: member.token, ...TIMES });
    this.#chat = chat;
    this.#rooms = [...this.#seen].map(([roomId, seen]) => {
      const room = chat.room(roomId, { afterSeq: seen.at(-1)?.seq ?? 0 });
      room.on('change', (change) => seen.push(change));
      return room;
    });
  }

  async entered(): Promise<void> {
    await Promise.all(this.#rooms.map((room) => room.entered()));
  }

  /** What is open then stays unknown. */
  disconnect(): void {
    this.#chat?.close();
  }

  /** Resolves when the last thing that was said has come to its end. */
  async talk(goesOn: () => boolean): Promise<void> {
    const { random, thinkMs } = this.#options;
    for (;;) {
      await sleep(thinkMs * random.between(0.5, 1.5));
      if (!goesOn()) return;
      await this.#saySomething();
    }
  }

  async #saySomething(): Promise<void> {
    const { random } = this.#options;
    const kind = random.next();
    const earlier = kind < EDITS + DELETIONS ? random.pick(this.#own) : undefined;
    const room = earlier ? this.#rooms.find(({ id }) => id === earlier.roomId) : random.pick(this.#rooms);
    if (!room) return;
    if (!earlier?.messageId) return this.#send(room);
    const { messageId } = earlier;
    if (kind < EDITS) {
      const text = this.#words();
      await this.#record({ call: 'edit', roomId: room.id, text, messageId }, () => room.edit(messageId, text));
    } else {
      this.#own.splice(this.#own.indexOf(earlier), 1); // whatever becomes of it
      await this.#record({ call: 'delete', roomId: room.id, text: earlier.text, messageId }, () => room.delete(messageId));
    }
  }

  async #send(room: Room): Promise<void> {
    const { random, hit } = this.#options;
    const isHit = random.chance(HITS);
    const text = isHit ? `${this.#words()} ${hit}` : this.#words();
    const clientMessageId = crypto.randomUUID();
    const said = await this.#record({ call: 'send', roomId: room.id, text, clientMessageId }, () => room.send(text, clientMessageId));
    if (said.outcome === 'ok' && !isHit) this.#own.push(said);
  }

  async #record(what: Omit<Said, 'memberId' | 'outcome' | 'saidAt' | 'toldAt'>, call: () => Promise<{ id?: string; seq: number }>): Promise<Said> {
    const memberId = this.#options.member.id;
    const saidAt = performance.now();
    const told = await call().then(
      ({ id, seq }) => ({ outcome: 'ok' as const, seq, ...(id !== undefined && { messageId: id }) }),
      (error: unknown) => ({ outcome: outcomeOf(error), why: error instanceof ChatRefusedError ? error.code : (error as Error).name }),
    );
    const said: Said = { ...what, memberId, saidAt, toldAt: performance.now(), ...told };
    this.said.push(said);
    return said;
  }

  /** Nobody has said them before. */
  #words(): string {
    this.#count += 1;
    return `${this.#options.name} says ${'so '.repeat(this.#options.random.next() * 8)}${this.#count}`;
  }
}

/** Whatever is not known not to have happened may have. */
function outcomeOf(error: unknown): Outcome {
  return error instanceof ChatRefusedError || error instanceof ChatNotSentError ? 'no' : 'unknown';
}
