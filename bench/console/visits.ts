import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../infra/core/user-facing-error.ts';
import { PlatformClient, type PlatformAddresses } from '../../e2e/platform-client.ts';

const POSTS = 6;
/** Who comes meanwhile for the order page. */
const VISITORS = 2;

/** A steady stream of calls for as long as it is wanted: members come, publish, are read, and leave. What fails is counted, and the next one comes. */
export class Visits {
  readonly #addresses: PlatformAddresses;
  readonly #everyMs: number;
  readonly #over = new AbortController();
  readonly #done: Promise<void>;
  calls = 0;
  failures = 0;
  lastFailure = '';

  constructor(addresses: PlatformAddresses, callsASecond: number) {
    this.#addresses = addresses;
    this.#everyMs = 1_000 / callsASecond;
    this.#done = this.#keepOn();
  }

  async end(): Promise<void> {
    this.#over.abort();
    await this.#done;
  }

  async #keepOn(): Promise<void> {
    while (!this.#over.signal.aborted) {
      try {
        await this.#visit(new PlatformClient(this.#addresses));
      } catch (error) {
        this.failures += 1;
        this.lastFailure = messageOf(error);
        await this.#pause();
      }
    }
  }

  async #visit(client: PlatformClient): Promise<void> {
    const { token } = await this.#paced(() => client.newMember());
    for (let post = 0; post < POSTS; post += 1) {
      await this.#paced(() => client.publish(token));
      await this.#paced(() => client.posts('limit=5'));
    }
    for (let visitor = 0; visitor < VISITORS; visitor += 1) await this.#paced(() => client.call('POST', `${this.#addresses.queue}/waiting-rooms/event-product/visitors`));
    await this.#paced(() => client.withdraw(token));
  }

  async #paced<T>(call: () => Promise<T>): Promise<T> {
    this.calls += 1;
    const answer = await call();
    await this.#pause();
    return answer;
  }

  async #pause(): Promise<void> {
    await sleep(this.#everyMs, undefined, { signal: this.#over.signal }).catch(() => undefined);
  }
}
