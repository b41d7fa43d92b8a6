import { setTimeout as sleep } from 'node:timers/promises';
import type { Member, PlatformClient, Post } from '../../platform-client.ts';
import type { Random } from '../random.ts';
import { type History, observe, type Operation, type Outcome } from './history.ts';

/** After an answer that is none: a person would try again soon, but not at once. */
const HESITATION_MS = [100, 500] as const;
const SIGN_IN_ATTEMPTS = 20;

/** What clients can ask for. Each request is written down with its answer; none rejects, and none is sent twice but for signing in. */
export class Clients {
  readonly #platform: PlatformClient;
  readonly #history: History;
  #acknowledged = 0;

  constructor(platform: PlatformClient, history: History) {
    this.#platform = platform;
    this.#history = history;
  }

  /** Operations that were asked for here and acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Registers somebody new and signs them in. No member if either had no good answer. */
  async register(random: Random): Promise<{ outcome: Outcome; member: Member | undefined }> {
    const email = `${crypto.randomUUID()}@example.com`;
    const { body, ...answered } = await observe(() => this.#platform.register(email));
    const memberId = answered.outcome === 'ok' ? body?.id : undefined;
    this.#record({ ...answered, kind: 'register', email, memberId });
    return { outcome: answered.outcome, member: memberId === undefined ? undefined : await this.#signIn(random, memberId, email) };
  }

  /** @param title of this post alone */
  async publish({ id: memberId, token }: Member, title: string): Promise<{ outcome: Outcome; postId: string | undefined }> {
    const { body, ...answered } = await observe(() => this.#platform.publish(token, title));
    const postId = answered.outcome === 'ok' ? body?.id : undefined;
    this.#record({ ...answered, kind: 'post', memberId, title, postId });
    return { outcome: answered.outcome, postId };
  }

  /** @param title of this edit alone */
  async edit({ id: memberId, token }: Member, postId: string, title: string): Promise<Outcome> {
    const url = `${this.#platform.addresses.board}/posts/${postId}`;
    const { body: _none, ...answered } = await observe(() => this.#platform.call<Post>('PATCH', url, { token, body: { title } }));
    this.#record({ ...answered, kind: 'edit', memberId, postId, title });
    return answered.outcome;
  }

  async withdraw({ id: memberId, token }: Member): Promise<Outcome> {
    const { body: _none, ...answered } = await observe(() => this.#platform.withdraw(token));
    this.#record({ ...answered, kind: 'withdraw', memberId });
    return answered.outcome;
  }

  /** Before something is asked for again. */
  async hesitate(random: Random): Promise<void> {
    await sleep(random.between(...HESITATION_MS));
  }

  /** No operation of its own: it changes nothing. */
  async #signIn(random: Random, id: string, email: string): Promise<Member | undefined> {
    for (let attempt = 0; attempt < SIGN_IN_ATTEMPTS; attempt++) {
      const { outcome, body } = await observe(() => this.#platform.signIn(email));
      if (outcome === 'ok' && body) return { id, email, token: body.accessToken };
      await this.hesitate(random);
    }
    return undefined;
  }

  #record(operation: Operation): void {
    this.#history.operations.push(operation);
    if (operation.outcome === 'ok') this.#acknowledged++;
  }
}
