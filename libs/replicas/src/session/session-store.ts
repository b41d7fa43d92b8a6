import { Session } from './session';

/**
 * The sessions of this process, those not used for long forgotten. One that is forgotten, or that goes on in another process, is
 * carried by its token. Two generations: what is used moves to the young one, and the old one goes as a whole when that is full. (To keep one
 * map in the order of use costs a removal a read.) A session that is in use at that moment stays the one of its id.
 */
export class SessionStore {
  #young = new Map<string, Session>();
  #old = new Map<string, Session>();
  readonly #inUse = new Map<string, WeakRef<Session>>();

  /** @param capacity at most so many, of which the later half is surely kept; a session takes some hundreds of bytes */
  constructor(private readonly capacity: number) {}

  get(id: string): Session {
    const known = this.#young.get(id);
    if (known) return known;
    const session = this.#old.get(id) ?? this.#inUse.get(id)?.deref() ?? new Session(id);
    if (this.#young.size >= this.capacity / 2) this.#rotate();
    this.#young.set(id, session);
    return session;
  }

  #rotate(): void {
    for (const [id, session] of this.#inUse) if (!session.deref()) this.#inUse.delete(id);
    for (const [id, session] of this.#old) if (!this.#young.has(id)) this.#inUse.set(id, new WeakRef(session));
    this.#old = this.#young;
    this.#young = new Map();
  }
}
