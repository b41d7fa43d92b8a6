import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../../platform-client.ts';
import { Random } from '../random.ts';
import type { Clients } from './clients.ts';

export interface EditsOptions {
  readonly clients: Clients;
  readonly seed: number;
  /** Whether more is wanted even when each post has versions enough. */
  readonly goOn: () => boolean;
  /** Ends it with fewer versions: the services did not recover in time. */
  readonly deadlineMs: number;
}

/** One in each of the three partitions, mostly. */
const POSTS = 4;
/** Of one author, at the same time: what comes first is decided by the lock on the row, and two commits lie close together. */
const HANDS = 2;
/** With it a post gets about a dozen versions a second, and dozens together while something is frozen. */
const PAUSE_MS = [50, 250] as const;
/** Fewer versions would say little about order. */
export const ENOUGH_EDITS = 24;

/**
 * Authors who stay and edit their post again and again. Everybody else's aggregates have two versions at most; these have
 * dozens, whose order has to survive every hop while it is killed.
 */
export class Edits {
  readonly #options: EditsOptions;
  readonly #acknowledged = Array.from({ length: POSTS }, () => 0);
  #titles = 0;
  #deadline = Number.POSITIVE_INFINITY;

  constructor(options: EditsOptions) {
    this.#options = options;
  }

  /** Acknowledged edits of the post that has fewest. */
  get fewest(): number {
    return Math.min(...this.#acknowledged);
  }

  /** Resolves when all have been edited enough and no more is wanted, or at the deadline. */
  async run(): Promise<void> {
    this.#deadline = performance.now() + this.#options.deadlineMs;
    await Promise.all(this.#acknowledged.map((_none, index) => this.#author(index)));
  }

  get #late(): boolean {
    return performance.now() > this.#deadline;
  }

  async #author(index: number): Promise<void> {
    const random = new Random(this.#options.seed, `author ${index}`);
    const member = await this.#persist(random, async () => (await this.#options.clients.register(random)).member);
    const postId = member && (await this.#persist(random, async () => (await this.#options.clients.publish(member, this.#title())).postId));
    if (!member || postId === undefined) return;
    await Promise.all(Array.from({ length: HANDS }, (_none, hand) => this.#hand(index, hand, member, postId)));
  }

  async #hand(index: number, hand: number, member: Member, postId: string): Promise<void> {
    const random = new Random(this.#options.seed, `author ${index}, hand ${hand}`);
    while (!this.#late && (this.#options.goOn() || (this.#acknowledged[index] ?? 0) < ENOUGH_EDITS)) {
      const outcome = await this.#options.clients.edit(member, postId, this.#title());
      if (outcome === 'ok') this.#acknowledged[index] = (this.#acknowledged[index] ?? 0) + 1;
      await (outcome === 'ok' ? sleep(random.between(...PAUSE_MS)) : this.#options.clients.hesitate(random));
    }
  }

  /** Until it has succeeded; undefined if it has not by the deadline. */
  async #persist<T>(random: Random, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    for (;;) {
      const result = await attempt();
      if (result !== undefined || this.#late) return result;
      await this.#options.clients.hesitate(random);
    }
  }

  #title(): string {
    return `${this.#options.seed}-edit-${this.#titles++}`;
  }
}
