import { Session } from './session';

/**
 * The sessions of this process, the least recently used forgotten first. One that is forgotten, or that goes on in another process, is
 * carried by its token.
 */
export class SessionStore {
  readonly #sessions = new Map<string, Session>();

  /** @param capacity a session takes some 300 bytes */
  constructor(private readonly capacity: number) {}

  get(id: string): Session {
    const session = this.#sessions.get(id) ?? new Session(id);
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    if (this.#sessions.size > this.capacity) this.#sessions.delete(this.#sessions.keys().next().value as string);
    return session;
  }
}
