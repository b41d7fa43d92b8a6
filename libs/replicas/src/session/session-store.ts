import { Session } from './session';

/**
 * The sessions of this process, those not used for long forgotten. One that is forgotten, or that goes on in another process, is
 * carried by its token. Two generations: what is used moves to the young one, and the old one goes as a whole when that is full. (To keep one
 * map in the order of use costs a removal a read.) A session that somebody holds at that moment stays the one of its id.
 */
export class SessionStore {
  #young = new Map<string, Session>();
  #old = new Map<string, Session>();
  readonly #alive = new Map<string, WeakRef<Session>>();
  readonly #collected = new FinalizationRegistry<string>((id) => {
    if (!this.#alive.get(id)?.deref()) this.#alive.delete(id);
  });

  /** @param capacity at most so many, of which the later half is surely kept; a session takes some hundreds of bytes */
  constructor(private readonly capacity = 100_000) {}

  get(id: string): Session {
    const known = this.#young.get(id);
    if (known) return known;
    const session = this.open(id);
    this.keep(session);
    return session;
  }

  /** The one of this id, whoever asks at the same time. A new one is forgotten with the last who holds it, unless it is kept. */
  open(id: string): Session {
    return this.#young.get(id) ?? this.#old.get(id) ?? this.#alive.get(id)?.deref() ?? this.#begin(id);
  }

  keep(session: Session): void {
    if (this.#young.has(session.id)) return;
    if (this.#young.size >= this.capacity / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(session.id, session);
  }

  #begin(id: string): Session {
    const session = new Session(id);
    this.#alive.set(id, new WeakRef(session));
    this.#collected.register(session, id);
    return session;
  }
}
