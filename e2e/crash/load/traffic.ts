import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../../platform-client.ts';
import { Random } from '../random.ts';
import type { Clients } from './clients.ts';
import type { Outcome } from './history.ts';
import type { RollBacks } from './roll-backs.ts';

export interface TrafficOptions {
  readonly clients: Clients;
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

/** People who register, post and withdraw: 3 to 5 to 2, and posts that race the withdrawal of their author. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #members: Member[] = [];
  #tickets = 0;
  #titles = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Resolves when all is acknowledged, or at the deadline. */
  async run(): Promise<void> {
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: CLIENTS }, (_, index) => this.#client(new Random(this.#options.seed, `client ${index}`), startedAt)));
  }

  async #client(random: Random, startedAt: number): Promise<void> {
    const { clients, operations, durationMs, deadlineMs, goOn } = this.#options;
    while (this.#tickets < operations || (goOn() && performance.now() - startedAt < deadlineMs)) {
      const waitMs = startedAt + (this.#tickets++ * durationMs) / operations - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      // A ticket is worth an acknowledged operation, however many attempts it takes.
      while ((await this.#act(random)) !== 'ok') {
        if (performance.now() - startedAt > deadlineMs) return;
        await clients.hesitate(random);
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
    const { outcome, member } = await this.#options.clients.register(random);
    if (member) this.#members.push(member);
    return outcome;
  }

  async #publish(member: Member): Promise<Outcome> {
    const { clients, seed } = this.#options;
    const { outcome } = await clients.publish(member, `${seed}-${this.#titles++}`);
    return outcome;
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

  async #withdraw(random: Random, member: Member): Promise<Outcome> {
    const { clients } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const outcome = await clients.withdraw(member);
      if (outcome !== 'unknown' || attempt === 2) return outcome;
      await clients.hesitate(random);
    }
  }
}
