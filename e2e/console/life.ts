import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformClient } from '../platform-client.ts';

const PAUSE_MS = 150;

/** Members come, publish, and some leave, so that there is something on the map. */
export class Life {
  readonly #client: PlatformClient;
  readonly #over = new AbortController();
  readonly #lived: Promise<void>;

  constructor(client: PlatformClient) {
    this.#client = client;
    this.#lived = this.#live().catch((error: unknown) => console.log(`nobody comes any more: ${String(error)}`));
  }

  async end(): Promise<void> {
    this.#over.abort();
    await this.#lived;
  }

  async #live(): Promise<void> {
    for (let count = 0; !this.#over.signal.aborted; count += 1) {
      const member = await this.#client.newMember({ nickname: 'mina' });
      await this.#client.publish(member.token);
      await this.#client.posts('limit=5');
      if (count % 3 === 0) await this.#client.withdraw(member.token);
      await sleep(PAUSE_MS);
    }
  }
}
