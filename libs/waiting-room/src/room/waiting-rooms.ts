import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Admission, StoredSettings } from '../store/room-store';
import { WaitingRoomUnavailableError } from './errors';
import type { Place } from './place';
import { checkSettings, DEFAULT_SETTINGS, type RoomSettings } from './room-settings';
import { type RoomStatus, WaitingRoom, type WaitingRoomParts } from './waiting-room';

/** All rooms of one Redis. Errors of Redis and of the store come out as {@link WaitingRoomUnavailableError}, or let everybody in where a room is to be open then. */
export class WaitingRooms {
  readonly #rooms = new Map<string, WaitingRoom>();

  constructor(private readonly parts: WaitingRoomParts) {}

  /**
   * Makes a room, or changes it while people wait: what is left out stays as it is, or is the default; a new room needs `limit` and `intervalMs`. Changes that come at once
   * go one after another; what changes nothing is no version.
   *
   * @param change `opensAt: undefined` takes the opening away
   * @throws InvalidSettingsError, RangeError for a name that is none, WaitingRoomUnavailableError
   */
  async configure(room: string, change: Partial<RoomSettings>): Promise<void> {
    await this.#at(room, (its) =>
      available(async () => {
        while (!(await this.#saved(room, change))) continue; // another one has come first: on top of it
        await its.reload();
      }),
    );
  }

  async #saved(room: string, change: Partial<RoomSettings>): Promise<boolean> {
    const before = await this.parts.store.settings(room);
    const { version = 0, seed: _seed, opened: _opened, ...current }: Partial<StoredSettings> = before ?? {};
    const settings: Partial<RoomSettings> = { ...DEFAULT_SETTINGS, ...current, ...change };
    checkSettings(settings);
    if (isDeepStrictEqual(settings, current)) return true;
    const seed = before && !(await this.#beginsDraw(room, before, settings)) ? before.seed : randomBytes(16).toString('hex');
    return this.parts.store.save(room, settings, seed, version);
  }

  /** A seed that was promised or published stays as long as nothing is drawn anew: also when an opening is put off, and when it is over. */
  async #beginsDraw(room: string, before: StoredSettings, { opensAt, mode }: RoomSettings): Promise<boolean> {
    if (opensAt === undefined) return false;
    const { now } = await this.room(room).status();
    const wasPassed = before.mode === 'pass-through' && mode !== 'pass-through'; // what was drawn before, somebody was let through by
    const isDrawn = before.opensAt !== undefined && before.opensAt > now && !wasPassed;
    return opensAt > now && !isDrawn;
  }

  /** @throws see {@link WaitingRoom.enter}, and WaitingRoomUnavailableError */
  enter(room: string, visitor: { readonly ticket?: string | undefined; readonly visitor?: string | undefined } = {}): Promise<Place> {
    return this.#at(room, (its) => orPassThrough(its, () => its.enter(visitor)));
  }

  /** @throws see {@link WaitingRoom.poll}, and WaitingRoomUnavailableError */
  poll(room: string, ticket: string): Promise<Place> {
    return this.#at(room, (its) => orPassThrough(its, () => its.poll(ticket)));
  }

  /** @throws see {@link WaitingRoom.leave}, and WaitingRoomUnavailableError */
  leave(room: string, ticket: string): Promise<void> {
    return this.#at(room, (its) => available(() => its.leave(ticket)));
  }

  status(room: string): Promise<RoomStatus> {
    return this.#at(room, (its) => available(() => its.status()));
  }

  names(): Promise<readonly string[]> {
    return available(() => this.parts.store.rooms());
  }

  /** The log of admissions, for whoever wants to verify it, after the one with that number. */
  admissions(room: string, after: number, limit: number): Promise<readonly Admission[]> {
    return available(() => this.parts.store.after(room, after, limit));
  }

  /** Anybody can ask for rooms that there are not: they are forgotten again. */
  async #at<T>(name: string, work: (room: WaitingRoom) => Promise<T>): Promise<T> {
    try {
      return await work(this.room(name));
    } catch (error) {
      if (!this.#rooms.get(name)?.isKnown) this.#rooms.delete(name);
      throw error;
    }
  }

  room(name: string): WaitingRoom {
    const known = this.#rooms.get(name);
    if (known) return known;
    const room = new WaitingRoom(name, this.parts);
    this.#rooms.set(name, room);
    return room;
  }
}

async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isOwn(error) ? error : new WaitingRoomUnavailableError(error);
  }
}

async function orPassThrough(room: WaitingRoom, work: () => Promise<Place>): Promise<Place> {
  try {
    return await available(work);
  } catch (error) {
    const isAway = error instanceof WaitingRoomUnavailableError;
    const settings = isAway ? await room.settings().catch(() => undefined) : undefined;
    if (settings?.onOutage === 'open') return room.passThrough();
    throw error;
  }
}

/** PostgreSQL's "undefined table": no outage, but a migration that nobody has run. */
const UNDEFINED_TABLE = '42P01';

function isOwn(error: unknown): boolean {
  if (error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE) return true;
  return error instanceof RangeError || error instanceof TypeError || (error instanceof Error && 'code' in error && String(error.code).startsWith('WAITING_ROOM_'));
}
