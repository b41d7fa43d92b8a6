import type { RoomSettings } from '../room/room-settings';
import { newAmong } from './continues';
import { type Admission, type HistoryEnd, RoomStore, type StoredSettings } from './room-store';

/** Outlives Redis, but not this process: for tests, and for one process whose end may begin everything anew. */
export class MemoryRoomStore extends RoomStore {
  readonly #settings = new Map<string, StoredSettings>();
  readonly #admissions = new Map<string, Admission[]>();

  async settings(room: string): Promise<StoredSettings | undefined> {
    return this.#settings.get(room);
  }

  async save(room: string, settings: RoomSettings, seed: string, from: number): Promise<boolean> {
    const { version = 0, opened = false } = this.#settings.get(room) ?? {};
    if (version !== from) return false;
    this.#settings.set(room, { ...settings, seed, version: version + 1, opened });
    return true;
  }

  async markOpened(room: string): Promise<void> {
    const settings = this.#settings.get(room);
    if (settings && !settings.opened) this.#settings.set(room, { ...settings, opened: true });
  }

  async rooms(): Promise<readonly string[]> {
    return [...this.#settings.keys()];
  }

  async append(room: string, admissions: readonly Admission[]): Promise<void> {
    const all = this.#of(room);
    const { seq = 0, hash = '' } = all.at(-1) ?? {};
    all.push(...(await newAmong(room, admissions, { seq, hash }, async (number) => all[number - 1]?.hash)));
  }

  async end(room: string, recent: number): Promise<HistoryEnd> {
    const all = this.#of(room);
    const { seq = 0, hash = '' } = all.at(-1) ?? {};
    const served = all.reduce((highest, { ticket }) => Math.max(highest, ticket), 0);
    return { seq, hash, served, recent: all.slice(-recent).map(({ admittedAt }) => admittedAt).reverse() };
  }

  async find(room: string, visitor: string): Promise<Admission | undefined> {
    return this.#of(room).findLast((admission) => admission.visitor === visitor);
  }

  async after(room: string, seq: number, limit: number): Promise<readonly Admission[]> {
    return this.#of(room).slice(seq, seq + limit);
  }

  #of(room: string): Admission[] {
    const known = this.#admissions.get(room) ?? [];
    this.#admissions.set(room, known);
    return known;
  }
}
