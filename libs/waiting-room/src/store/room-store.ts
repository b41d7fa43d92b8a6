import type { RoomSettings } from '../room/room-settings';

/** Settings as they were saved: a later version goes before an earlier one. */
export interface StoredSettings extends RoomSettings {
  readonly version: number;
  /** Secret until the opening: the order before it is drawn from this. */
  readonly seed: string;
  /** Whether anybody can have been in it: only then Redis can have lost something. */
  readonly opened: boolean;
}

/** One admission; together they are the log that a third party can verify, see `verifyAdmissions`. */
export interface Admission {
  /** 1 for the first of the room. */
  readonly seq: number;
  readonly visitor: string;
  /** The place, in microseconds of the server's clock. */
  readonly ticket: number;
  /** In microseconds of the server's clock. */
  readonly admittedAt: number;
  /** The rate that held. */
  readonly limit: number;
  readonly windowUs: number;
  /** SHA-1, in hex, over the hash before and everything above, the visitor by their own SHA-1. */
  readonly hash: string;
}

/** What a history ends with, and what has to be known to go on with it. */
export interface HistoryEnd {
  readonly seq: number;
  readonly hash: string;
  /** The highest ticket that was admitted. */
  readonly served: number;
  /** Of the latest admissions, the latest first, in microseconds. */
  readonly recent: readonly number[];
}

/** The server has gone on from a history that the store has otherwise: what it has admitted since did not happen. */
export class ForkedHistoryError extends Error {
  readonly code = 'WAITING_ROOM_FORKED';

  constructor(room: string, seq: number) {
    super(`The history of room "${room}" in Redis is another than the store's from admission ${seq} on.`);
    this.name = 'ForkedHistoryError';
  }
}

/**
 * What must not be lost with Redis. An admission has happened once it is here: only then is its visitor told.
 */
export abstract class RoomStore {
  abstract settings(room: string): Promise<StoredSettings | undefined>;
  /**
   * Saves them as the next version, if the one that they are made from still stands: 0 for a new room.
   * @returns whether they were saved, and not another change came first
   */
  abstract save(room: string, settings: RoomSettings, seed: string, from: number): Promise<boolean>;
  /** From now on somebody may be in it. */
  abstract markOpened(room: string): Promise<void>;
  abstract rooms(): Promise<readonly string[]>;
  /**
   * Appends what follows the last one; what is there already is left out. All of it is durable when this returns.
   * @throws ForkedHistoryError where it does not follow
   */
  abstract append(room: string, admissions: readonly Admission[]): Promise<void>;
  /** @param recent how many times of admission are wanted */
  abstract end(room: string, recent: number): Promise<HistoryEnd>;
  /** The visitor's latest one. */
  abstract find(room: string, visitor: string): Promise<Admission | undefined>;
  /** In order, after the one with that number. */
  abstract after(room: string, seq: number, limit: number): Promise<readonly Admission[]>;
}
