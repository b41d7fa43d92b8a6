import { setTimeout as sleep } from 'node:timers/promises';
import type { Member, PlatformClient } from '../../platform-client.ts';
import { Random } from '../random.ts';
import { type History, observe, type Outcome } from './history.ts';
import type { RollBacks } from './roll-backs.ts';

export interface TrafficOptions {
  readonly platform: PlatformClient;
  readonly history: History;
  readonly rollBacks: RollBacks;
  readonly seed: number;
  /** How many operations have to be acknowledged at least. */
  readonly operations: number;
  /** Spreads them over this time; what a fault held up is caught up as fast as the services go. */
  readonly durationMs: number;
  /** Whether more is wanted even when there were enough, at the same rate. */
  readonly goOn: () => boolean;
  /** Ends it with fewer operations: the services did not recover in time. */
  readonly deadlineMs: number;
}

/** Each is one client: it waits for its answer before it goes on. */
const CLIENTS = 24;
const ROLLED_BACK = 0.1;
/** After an answer that is none: a person would try again soon, but not at once. */
const HESITATION_MS = [100, 500] as const;
const SIGN_IN_ATTEMPTS = 20;

/** People who register, post and withdraw: 3 to 5 to 2, and posts that race the withdrawal of their author. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #members: Member[] = [];
  #tickets = 0;
  #titles = 0;
  #acknowledged = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Resolves when all is acknowledged, or at the deadline. */
  async run(): Promise<void> {
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: CLIENTS }, (_, index) => this.#client(new Random(this.#options.seed, `client ${index}`), startedAt)));
  }

  async #client(random: Random, startedAt: number): Promise<void> {
    const { operations, durationMs, deadlineMs, goOn } = this.#options;
    while (this.#tickets < operations || (goOn() && performance.now() - startedAt < deadlineMs)) {
      const waitMs = startedAt + (this.#tickets++ * durationMs) / operations - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      // A ticket is worth an acknowledged operation, however many attempts it takes.
      while ((await this.#act(random)) !== 'ok') {
        if (performance.now() - startedAt > deadlineMs) return;
        await sleep(random.between(...HESITATION_MS));
      }
    }
  }

  async #act(random: Random): Promise<Outcome> {
    const somebody = random.pick(this.#members);
    if (somebody && random.chance(ROLLED_BACK)) await this.#options.rollBacks.run(random, somebody.id);
    const choice = random.next();
    // Without enough members there is nothing to choose from.
    if (!somebody || choice < 0.3 || this.#members.length < CLIENTS / 2) return this.#register(random);
    return choice < 0.8 ? this.#publish(somebody) : this.#leave(random);
  }

  async #register(random: Random): Promise<Outcome> {
    const { platform } = this.#options;
    const email = `${crypto.randomUUID()}@example.com`;
    const { body, ...answered } = await observe(() => platform.register(email));
    const memberId = answered.outcome === 'ok' ? body?.id : undefined;
    this.#record({ ...answered, kind: 'register', email, memberId });
    if (memberId !== undefined) await this.#signIn(random, memberId, email);
    return answered.outcome;
  }

  /** No operation of its own: it changes nothing. */
  async #signIn(random: Random, id: string, email: string): Promise<void> {
    for (let attempt = 0; attempt < SIGN_IN_ATTEMPTS; attempt++) {
      const { outcome, body } = await observe(() => this.#options.platform.signIn(email));
      if (outcome === 'ok' && body) {
        this.#members.push({ id, email, token: body.accessToken });
        return;
      }
      await sleep(random.between(...HESITATION_MS));
    }
  }

  async #publish({ id: memberId, token }: Member): Promise<Outcome> {
    const { platform, seed } = this.#options;
    const title = `${seed}-${this.#titles++}`;
    const { body, ...answered } = await observe(() => platform.publish(token, title));
    this.#record({ ...answered, kind: 'post', memberId, title, postId: answered.outcome === 'ok' ? body?.id : undefined });
    return answered.outcome;
  }

  /** Withdraws until it is known to have happened, while the same member may still be posting. */
  async #leave(random: Random): Promise<Outcome> {
    const index = Math.floor(random.next() * this.#members.length);
    const [member] = this.#members.splice(index, 1);
    if (!member) return 'fail';
    const racing = Array.from({ length: Math.floor(random.between(0, 3)) }, async () => {
      await sleep(random.between(0, 20));
      return this.#publish(member);
    });
    const [outcome] = await Promise.all([this.#withdraw(random, member), ...racing]);
    return outcome;
  }

  async #withdraw(random: Random, { id: memberId, token }: Member): Promise<Outcome> {
    const { platform } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const { body: _none, ...answered } = await observe(() => platform.withdraw(token));
      this.#record({ ...answered, kind: 'withdraw', memberId });
      if (answered.outcome !== 'unknown' || attempt === 2) return answered.outcome;
      await sleep(random.between(...HESITATION_MS));
    }
  }

  #record(operation: History['operations'][number]): void {
    this.#options.history.operations.push(operation);
    if (operation.outcome === 'ok') this.#acknowledged++;
  }
}
