import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../infra/core/user-facing-error.ts';
import type { PlatformAddresses } from './platform-client.ts';
import { fetched, fresh, pooled, type Sent, type Transport } from './transports.ts';

/** Somebody whose withdrawal was answered 204. */
export interface Gone {
  readonly memberId: string;
  readonly postId: string;
}

interface Session {
  readonly accessToken: string;
  readonly memberId: string;
}

const PASSWORD = 'correct horse battery';
/** Between two requests of a client: keeps the load to what two cores bear beside the whole platform. */
const THINK_MS = 40;
const CLIENTS_PER_TRANSPORT = 4;

/**
 * Members who come, publish and withdraw, and readers, all at the same time, over new connections, pools and `fetch`. Nothing
 * is ever sent twice, so what one attempt does not bring counts as failed.
 */
export class Load {
  /** `GET http://…: 503`, one for each request that did not get the answer that it should. */
  readonly failures: string[] = [];
  readonly gone: Gone[] = [];
  readonly snowflakes: string[] = [];
  answered = 0;
  readonly #addresses: PlatformAddresses;
  readonly #stopping = new AbortController();
  #clients: Promise<unknown> = Promise.resolve();
  #lastPost: string | undefined;

  constructor(addresses: PlatformAddresses) {
    this.#addresses = addresses;
  }

  start(): void {
    const transports = Array.from({ length: CLIENTS_PER_TRANSPORT }, () => [fresh, pooled(), fetched]).flat();
    this.#clients = Promise.all(
      transports.flatMap((send) => [this.#repeat(() => this.#live(send)), this.#repeat(() => this.#read(send))]),
    );
  }

  /** Resolves when every request that was sent has come to its end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#clients;
  }

  async #repeat(play: () => Promise<void>): Promise<void> {
    while (!this.#stopping.signal.aborted) await play();
  }

  /** Registers, signs in, publishes, withdraws. */
  async #live(send: Transport): Promise<void> {
    const { member, board } = this.#addresses;
    const email = `${crypto.randomUUID()}@example.com`;
    const registered = await this.#ask(send, 201, { method: 'POST', url: `${member}/members`, body: { email, nickname: 'mina', password: PASSWORD } });
    if (!registered) return;
    const session = await this.#ask<Session>(send, 201, { method: 'POST', url: `${member}/sessions`, body: { email, password: PASSWORD } });
    if (!session) return;
    const { accessToken: token, memberId } = session;
    const post = await this.#ask<{ id: string }>(send, 201, { method: 'POST', url: `${board}/posts`, token, body: { title: 'A walk', body: 'Who joins?' } });
    if (!post) return;
    this.#lastPost = post.id;
    const left = await this.#ask(send, 204, { method: 'DELETE', url: `${member}/members/me`, token });
    if (left) this.gone.push({ memberId, postId: post.id });
  }

  async #read(send: Transport): Promise<void> {
    const { member, board, id, relay, cdc } = this.#addresses;
    const get = (url: string, ...others: number[]): Promise<unknown> => this.#ask(send, [200, ...others], { method: 'GET', url });
    await get(`${board}/posts?limit=10`);
    if (this.#lastPost) await get(`${board}/posts/${this.#lastPost}`, 404); // its author may have gone
    await get(`${member}/.well-known/jwks.json`);
    const made = await this.#ask<{ ids: string[] }>(send, 200, { method: 'GET', url: `${id}/ids/snowflake?count=20` });
    this.snowflakes.push(...(made?.ids ?? []));
    await get(`${relay}/health/live`);
    await get(`${cdc}/readers`);
  }

  /** @returns the body, `{}` if there is none; undefined if the answer is not the one that was expected */
  async #ask<Body = unknown>(send: Transport, expected: number | readonly number[], sent: Sent): Promise<Body | undefined> {
    await sleep(THINK_MS * (0.5 + Math.random()));
    const answer = await send(sent).catch((error: unknown) => messageOf(error));
    this.answered += 1;
    if (typeof answer !== 'string' && [expected].flat().includes(answer.status)) return (answer.body ?? {}) as Body;
    this.failures.push(`${sent.method} ${sent.url}: ${typeof answer === 'string' ? answer : answer.status}`);
    return undefined;
  }
}
