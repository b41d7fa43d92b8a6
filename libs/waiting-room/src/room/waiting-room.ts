import { randomUUID } from 'node:crypto';
import type { Pass } from '../pass/pass';
import type { PassIssuer } from '../pass/pass-issuer';
import { type Admission, ForkedHistoryError, type RoomStore, type StoredSettings } from '../store/room-store';
import { type Ticket, type Tickets, VISITOR } from '../ticket/tickets';
import { Batch } from './batch';
import { PlaceGoneError, RoomClosedError, UnknownRoomError } from './errors';
import { History } from './history';
import type { AdmittedPlace, Place, WaitingPlace } from './place';
import { longestPollMs, pollAfterMs } from './poll-after';
import { type Answer, type Asking, type RedisClient, RoomScript } from './room-script';

export interface WaitingRoomParts {
  readonly redis: RedisClient;
  readonly store: RoomStore;
  readonly tickets: Tickets;
  readonly passes: PassIssuer;
}

/** How many times of admission a room remembers at most: as many as its largest limit. */
const RECENT = 10_000;
const REPLAYS = 3;

export interface Advance {
  readonly admitted: number;
  readonly waiting: number;
  /** When the next one may be admitted, in milliseconds from now; undefined if nobody waits or nobody is let in. */
  readonly nextInMs: number | undefined;
}

export interface RoomStatus {
  readonly settings: StoredSettings;
  readonly waiting: number;
  /** Since the room was made. */
  readonly admitted: number;
  /** Of the server's clock, in milliseconds. */
  readonly now: number;
  /** What the order before the opening is drawn from, in microseconds: `from + floor(first 52 bits of sha1(seed:visitor) / 2^52 * (to - from))`. */
  readonly drawn: { readonly from: number; readonly to: number };
}

/** `join`: of a visitor whom nobody has heard of yet. `named`: of one who may have been here, and brings no ticket. */
type Operation = 'join' | 'named' | 'enter' | 'poll';

/**
 * One room, as one process sees it: the state is in Redis, decided by one script a call, so that any number of processes need no leader.
 * An admission is told to its visitor once the store has it: what Redis loses did not happen.
 */
export class WaitingRoom {
  readonly #script: RoomScript;
  readonly #history: History;
  /** Of all that a room is asked most are polls, and each pays for the beginning of the script unless they share it. */
  readonly #polls = new Batch<Asking, Answer>((asking) => this.#askAll('poll', asking));
  #settings: StoredSettings | undefined;
  #learning: Promise<StoredSettings> | undefined;

  constructor(
    readonly name: string,
    private readonly parts: WaitingRoomParts,
  ) {
    this.#script = new RoomScript(parts.redis, name, { openArguments: () => this.#openArguments(), markOpened: () => parts.store.markOpened(name) });
    this.#history = new History(parts.redis, parts.store, name, this.#script.outKey);
  }

  /**
   * A place for a visitor, or a pass if nobody has to wait. The same visitor has one place, however often they come.
   *
   * @param visitor if the caller knows who it is: up to 64 letters, digits, - and _
   * @throws UnknownRoomError, RoomClosedError, PlaceGoneError, InvalidTicketError, RangeError for a visitor that is none
   */
  async enter({ ticket, visitor }: { readonly ticket?: string | undefined; readonly visitor?: string | undefined } = {}): Promise<Place> {
    if (ticket !== undefined) return this.#place('enter', this.parts.tickets.verify(ticket, this.name), ticket);
    if (visitor !== undefined && !VISITOR.test(visitor)) throw new RangeError('A visitor is 1 to 64 letters, digits, - and _.');
    const operation = visitor === undefined ? 'join' : 'named';
    return this.#place(operation, { room: this.name, visitor: visitor ?? randomUUID(), number: 0 });
  }

  /** Where the ticket's visitor stands; they count as seen by that. @throws UnknownRoomError, PlaceGoneError, InvalidTicketError */
  async poll(ticket: string): Promise<Place> {
    return this.#place('poll', this.parts.tickets.verify(ticket, this.name), ticket);
  }

  /** Gives the place up; again: nothing. Who is admitted already stays so. @throws UnknownRoomError, InvalidTicketError */
  async leave(ticket: string): Promise<void> {
    const { visitor, number } = this.parts.tickets.verify(ticket, this.name);
    await this.#script.run('leave', 0, 0, visitor, number);
  }

  /** Admits whose turn has come. Each poll does it too; this is for those who are told without asking. @throws UnknownRoomError */
  advance(): Promise<Advance> {
    return this.#healed(async () => {
      const [, admitted, seq, waiting, next, now, hash] = await this.#script.run('advance', ...this.#admitting());
      if (Number(admitted) > 0) await this.#history.keep(Number(seq), String(hash));
      return { admitted: Number(admitted), waiting: Number(waiting), nextInMs: Number(next) < 0 ? undefined : Math.max(0, (Number(next) - Number(now)) / 1_000) };
    });
  }

  /** As it is now: whoever has changed the settings, and was killed before Redis knew, has changed them. @throws UnknownRoomError */
  async status(): Promise<RoomStatus> {
    const settings = await this.#latestSettings();
    let answer = await this.#script.run('status');
    if (Number(answer[6]) < settings.version) {
      await this.reload();
      answer = await this.#script.run('status');
    }
    const [waiting, admitted, now, from, to] = answer.slice(1).map(Number) as [number, number, number, number, number];
    return { settings: await this.settings(), waiting, admitted, now: now / 1_000, drawn: { from, to } };
  }

  /** Settings in the store have changed: from now on they hold. */
  reload(): Promise<void> {
    return this.#script.openAnew();
  }

  /** There is one of this name, as far as this process has heard. */
  get isKnown(): boolean {
    return this.#settings !== undefined;
  }

  /** As this process knows them. @throws UnknownRoomError */
  async settings(): Promise<StoredSettings> {
    return this.#settings ?? this.#latestSettings();
  }

  /** What was known stays so while the store is away. */
  async #latestSettings(): Promise<StoredSettings> {
    const settings = await this.parts.store.settings(this.name);
    if (!settings) throw new UnknownRoomError(this.name);
    if (this.#settings === undefined || this.#settings.version <= settings.version) this.#settings = settings; // the later of two looks may be answered first
    return settings;
  }

  /** Another process may have changed them: Redis has a later version then. */
  #settingsSince(version: number): Promise<StoredSettings> {
    if (!this.#settings || this.#settings.version >= version) return this.settings();
    // Thousands may learn of it in one moment, and one question is enough.
    this.#learning ??= this.#latestSettings().finally(() => {
      this.#learning = undefined;
    });
    return this.#learning;
  }

  /** Without a place, and not counted: the room passes everybody through, or is to be open while Redis is away. */
  async passThrough(): Promise<AdmittedPlace> {
    const { passTtlMs } = await this.settings();
    const id = `${this.name}:uncounted:${randomUUID()}`;
    return { status: 'admitted', ticket: undefined, admittedAt: undefined, pass: await this.#pass({ visitor: randomUUID(), id, endsAt: Date.now() + passTtlMs }) };
  }

  /** @param text of the ticket, if they came with one */
  #place(operation: Operation, given: Ticket, text?: string): Promise<Place> {
    return this.#healed(async () => this.#understand(await (operation === 'poll' ? this.#polls.answer(given) : this.#ask(operation, given)), given, text));
  }

  async #ask(operation: Operation, asking: Asking): Promise<Answer> {
    const [answer] = await this.#askAll(operation, [asking]);
    if (!answer) throw new TypeError("The room's script did not answer.");
    return answer;
  }

  #askAll(operation: Operation, asking: readonly Asking[]): Promise<readonly Answer[]> {
    return this.#script.ask(operation, ...this.#admitting(), asking);
  }

  /** For what may admit somebody, unless the store would not take it. */
  #admitting(): [durable: number, isStuck: 0 | 1] {
    const { durable, isStuck } = this.#history;
    if (isStuck) this.#history.probe();
    return [durable, isStuck ? 1 : 0];
  }

  /** What Redis has admitted from another history did not happen: the places are as before, and the same is asked again. */
  async #healed<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ForkedHistoryError) || attempt === REPLAYS) throw error;
        await this.#script.open();
      }
    }
  }

  async #understand([status, ...values]: Answer, given: Ticket, text: string | undefined): Promise<Place> {
    switch (status) {
      case 'waiting': {
        const [number, rank, eta, version] = values.map(Number) as [number, number, number, number];
        const phase = values[4] as WaitingPlace['phase'];
        const { intervalMs, graceMs, onOutage } = await this.#settingsSince(version);
        if (this.#history.isStuck && onOutage === 'open' && (phase === 'line' || phase === 'held')) return this.passThrough();
        const etaMs = eta < 0 ? undefined : Math.ceil(eta / 1_000);
        const ticket = text !== undefined && given.number === number ? this.parts.tickets.renew(text, given) : this.parts.tickets.sign({ ...given, number });
        return { status, ticket, position: rank + 1, etaMs, pollAfterMs: pollAfterMs(etaMs, intervalMs, graceMs), phase };
      }
      case 'admitted': {
        const [number, admittedAt, seq, version] = values.map(Number) as [number, number, number, number];
        await this.#history.keep(seq, String(values[4]));
        await this.#settingsSince(version);
        return this.#admitted({ seq, visitor: given.visitor, ticket: number, admittedAt });
      }
      case 'passed':
        return this.passThrough();
      case 'closed':
        throw new RoomClosedError(this.name);
      case 'left':
        throw new PlaceGoneError('left');
      case 'gone':
      case 'stranger': {
        const before = await this.#admittedBefore(given.visitor, Number(values[0]));
        if (!(before instanceof PlaceGoneError)) return before;
        if (status === 'gone') throw before;
        return this.#understand(await this.#ask('enter', given), given, text);
      }
      default:
        throw new TypeError(`The room's script answered "${status}".`);
    }
  }

  /** Redis has forgotten the admission, the store has not: what holds of it, or why nothing does. */
  async #admittedBefore(visitor: string, now: number): Promise<Place | PlaceGoneError> {
    const admission = await this.parts.store.find(this.name, visitor);
    if (!admission) return new PlaceGoneError('missed');
    const { passTtlMs } = await this.settings();
    return admission.admittedAt + passTtlMs * 1_000 <= now ? new PlaceGoneError('used') : this.#admitted(admission);
  }

  async #admitted({ seq, visitor, ticket: number, admittedAt: admittedAtUs }: Pick<Admission, 'seq' | 'visitor' | 'ticket' | 'admittedAt'>): Promise<AdmittedPlace> {
    const { passTtlMs } = await this.settings();
    const admittedAt = Math.floor(admittedAtUs / 1_000);
    const pass = await this.#pass({ visitor, id: `${this.name}:${seq}`, endsAt: admittedAt + passTtlMs });
    return { status: 'admitted', ticket: this.parts.tickets.sign({ room: this.name, visitor, number }), pass, admittedAt };
  }

  #pass({ visitor, id, endsAt }: Pick<Pass, 'visitor' | 'id'> & { readonly endsAt: number }): Promise<string> {
    return this.parts.passes.issue({ room: this.name, visitor, id, expiresAt: Math.floor(endsAt / 1_000) });
  }

  async #openArguments(): Promise<readonly (string | number)[]> {
    const { store } = this.parts;
    const { version, limit, intervalMs, mode, opensAt, seed, graceMs, passTtlMs, ticketTtlMs, opened } = await this.#latestSettings();
    const { seq, hash, served, recent } = await store.end(this.name, RECENT);
    this.#history.begin(seq);
    const us = (ms: number): number => Math.ceil(ms * 1_000);
    return [version, limit, us(intervalMs), mode, us(opensAt ?? 0), seed, us(graceMs), us(passTtlMs), us(ticketTtlMs), seq, hash, served, us(longestPollMs(graceMs)), opened ? 1 : 0, ...recent];
  }
}
