import type { DataSource, EntityManager } from 'typeorm';
import type { RoomSettings } from '../room/room-settings';
import { newAmong } from '../store/continues';
import { type Admission, type HistoryEnd, RoomStore, type StoredSettings } from '../store/room-store';

const COLUMNS = 'seq, visitor, ticket, admitted_at AS "admittedAt", rate_limit AS "limit", window_us AS "windowUs", hash';

/** PostgreSQL writes its bigints as text. */
interface AdmissionRow {
  readonly seq: string;
  readonly visitor: string;
  readonly ticket: string;
  readonly admittedAt: string;
  readonly limit: number;
  readonly windowUs: string;
  readonly hash: string;
}

interface SettingsRow {
  readonly version: number;
  readonly settings: RoomSettings;
  readonly seed: string;
  readonly opened: boolean;
}

/** Keeps rooms in PostgreSQL, in the tables that {@link CreateWaitingRoom1764300000000} makes. */
export class TypeOrmRoomStore extends RoomStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async settings(room: string): Promise<StoredSettings | undefined> {
    const [row] = await this.dataSource.query<SettingsRow[]>('SELECT version, settings, seed, opened FROM waiting_room WHERE room = $1', [room]);
    return row && storedSettings(row);
  }

  async save(room: string, settings: RoomSettings, seed: string, from: number): Promise<boolean> {
    const saved = await this.dataSource.query<unknown[]>(
      `INSERT INTO waiting_room (room, version, settings, seed) VALUES ($1, 1, $2, $3)
       ON CONFLICT (room) DO UPDATE SET version = waiting_room.version + 1, settings = excluded.settings, seed = excluded.seed
       WHERE waiting_room.version = $4
       RETURNING version`,
      [room, JSON.stringify(settings), seed, from],
    );
    return saved.length > 0;
  }

  async markOpened(room: string): Promise<void> {
    await this.dataSource.query('UPDATE waiting_room SET opened = true WHERE room = $1 AND NOT opened', [room]);
  }

  async rooms(): Promise<readonly string[]> {
    const rows = await this.dataSource.query<{ room: string }[]>('SELECT room FROM waiting_room ORDER BY room');
    return rows.map(({ room }) => room);
  }

  append(room: string, admissions: readonly Admission[]): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT 1 FROM waiting_room WHERE room = $1 FOR UPDATE', [room]); // those who append take turns
      const fresh = await newAmong(room, admissions, await lastOf(manager, room), (seq) => hashOf(manager, room, seq));
      if (fresh.length === 0) return;
      const columns = (['seq', 'visitor', 'ticket', 'admittedAt', 'limit', 'windowUs', 'hash'] as const).map((column) => fresh.map((admission) => admission[column]));
      await manager.query(
        `INSERT INTO waiting_room_admission (room, seq, visitor, ticket, admitted_at, rate_limit, window_us, hash)
         SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::integer[], $7::bigint[], $8::text[])`,
        [room, ...columns],
      );
    });
  }

  async end(room: string, recent: number): Promise<HistoryEnd> {
    const rows = await this.dataSource.query<AdmissionRow[]>(`SELECT ${COLUMNS} FROM waiting_room_admission WHERE room = $1 ORDER BY seq DESC LIMIT $2`, [room, recent]);
    const admissions = rows.map(admissionOf);
    const [last] = admissions;
    return { seq: last?.seq ?? 0, hash: last?.hash ?? '', served: last?.ticket ?? 0, recent: admissions.map(({ admittedAt }) => admittedAt) };
  }

  async find(room: string, visitor: string): Promise<Admission | undefined> {
    const [row] = await this.dataSource.query<AdmissionRow[]>(`SELECT ${COLUMNS} FROM waiting_room_admission WHERE room = $1 AND visitor = $2 ORDER BY seq DESC LIMIT 1`, [room, visitor]);
    return row && admissionOf(row);
  }

  async after(room: string, seq: number, limit: number): Promise<readonly Admission[]> {
    const rows = await this.dataSource.query<AdmissionRow[]>(`SELECT ${COLUMNS} FROM waiting_room_admission WHERE room = $1 AND seq > $2 ORDER BY seq LIMIT $3`, [room, seq, limit]);
    return rows.map(admissionOf);
  }
}

async function lastOf(manager: EntityManager, room: string): Promise<{ seq: number; hash: string }> {
  const [row] = await manager.query<{ seq: string; hash: string }[]>('SELECT seq, hash FROM waiting_room_admission WHERE room = $1 ORDER BY seq DESC LIMIT 1', [room]);
  return { seq: Number(row?.seq ?? 0), hash: row?.hash ?? '' };
}

async function hashOf(manager: EntityManager, room: string, seq: number): Promise<string | undefined> {
  const [row] = await manager.query<{ hash: string }[]>('SELECT hash FROM waiting_room_admission WHERE room = $1 AND seq = $2', [room, seq]);
  return row?.hash;
}

function storedSettings({ version, settings, seed, opened }: SettingsRow): StoredSettings {
  return { ...settings, opensAt: settings.opensAt, version, seed, opened };
}

function admissionOf({ seq, visitor, ticket, admittedAt, limit, windowUs, hash }: AdmissionRow): Admission {
  return { seq: Number(seq), visitor, ticket: Number(ticket), admittedAt: Number(admittedAt), limit, windowUs: Number(windowUs), hash };
}
