import { type HistoryEnd, RoomStore, type StoredSettings } from '../../src/index';

/** As if nobody had ever been in a room: after a loss of Redis nothing is held. */
export function withoutHold(store: RoomStore): RoomStore {
  return altered(store, { settings: async (room: string): Promise<StoredSettings | undefined> => neverOpened(await store.settings(room)) });
}

/** Keeps settings, and nothing of what has happened. */
export function withoutStore(store: RoomStore): RoomStore {
  const end: HistoryEnd = { seq: 0, hash: '', served: 0, recent: [] };
  return altered(store, {
    settings: async (room: string): Promise<StoredSettings | undefined> => neverOpened(await store.settings(room)),
    append: async (): Promise<void> => undefined,
    end: async (): Promise<HistoryEnd> => end,
    find: async (): Promise<undefined> => undefined,
  });
}

function neverOpened(settings: StoredSettings | undefined): StoredSettings | undefined {
  return settings && { ...settings, opened: false };
}

function altered(store: RoomStore, methods: Partial<RoomStore>): RoomStore {
  return Object.assign(Object.create(store) as RoomStore, methods);
}
