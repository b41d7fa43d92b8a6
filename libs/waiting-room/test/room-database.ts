import { DataSource } from 'typeorm';
import type { Admission } from '../src/index';
import { CreateWaitingRoom1764300000000, TypeOrmRoomStore } from '../src/typeorm/index';

/** The store's tables in PostgreSQL, as a test reads them. */
export interface RoomDatabase {
  readonly store: TypeOrmRoomStore;
  log(room: string): Promise<readonly Admission[]>;
  close(): Promise<void>;
}

export async function openRoomDatabase(url: string): Promise<RoomDatabase> {
  const database = await new DataSource({ type: 'postgres', url, migrations: [CreateWaitingRoom1764300000000], migrationsRun: true }).initialize();
  const store = new TypeOrmRoomStore(database);
  return { store, log: (room) => store.after(room, 0, 1_000_000), close: () => database.destroy() };
}
