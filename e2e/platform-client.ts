/** What a client of the platform sees: nothing but HTTP. Used by the e2e tests and the benchmarks. */
export interface PlatformAddresses {
  readonly member: string;
  readonly board: string;
  readonly queue: string;
  readonly chat: string;
  readonly id: string;
  readonly moderator: string;
  readonly relay: string;
  readonly cdc: string;
}

export interface Answer<T> {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Headers;
  readonly body: T;
}

export interface Member {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

export interface Post {
  readonly id: string;
  readonly authorId: string;
  readonly title: string;
  readonly body: string;
  readonly createdAt: string;
}

interface Call {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

const PASSWORD = 'correct horse battery';

/** Tokens a request may carry. */
const TOKENS = 8;

export class PlatformClient {
  /** What a browser would keep: the places that answers have shown, the newest last. */
  #consistencyTokens: string[] = [];
  readonly addresses: PlatformAddresses;

  constructor(addresses: PlatformAddresses) {
    this.addresses = addresses;
  }

  /** Any call; answers of every status resolve. `body` is undefined where the answer has none. */
  async call<T>(method: string, url: string, { body, token, headers }: Call = {}): Promise<Answer<T>> {
    const response = await fetch(url, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(this.#consistencyTokens.length === 0 ? {} : { 'x-consistency-token': this.#consistencyTokens.join(',') }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const given = response.headers.get('x-consistency-token');
    if (given) this.#consistencyTokens = [...this.#consistencyTokens, given].slice(-TOKENS);
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    const parsed: unknown = contentType.includes('json') ? JSON.parse(text) : text || undefined;
    return { status: response.status, contentType, headers: response.headers, body: parsed as T };
  }

  /** Registers somebody new and signs them in. */
  async newMember(person: { email?: string; nickname?: string; password?: string } = {}): Promise<Member> {
    const { email = `${crypto.randomUUID()}@example.com`, nickname, password } = person;
    const registered = await this.register(email, nickname, password);
    expectStatus(registered, 201);
    const session = await this.signIn(email, password);
    expectStatus(session, 201);
    return { id: registered.body.id, email, token: session.body.accessToken };
  }

  register(email: string, nickname = 'mina', password = PASSWORD): Promise<Answer<{ id: string; nickname: string; createdAt: string }>> {
    return this.call('POST', `${this.addresses.member}/members`, { body: { email, nickname, password } });
  }

  signIn(email: string, password = PASSWORD): Promise<Answer<{ accessToken: string; memberId: string }>> {
    return this.call('POST', `${this.addresses.member}/sessions`, { body: { email, password } });
  }

  withdraw(token: string): Promise<Answer<unknown>> {
    return this.call('DELETE', `${this.addresses.member}/members/me`, { token });
  }

  member(id: string): Promise<Answer<{ id: string; nickname: string }>> {
    return this.call('GET', `${this.addresses.member}/members/${id}`);
  }

  publish(token: string, title = 'A walk', body = 'Who joins?'): Promise<Answer<Post>> {
    return this.call('POST', `${this.addresses.board}/posts`, { token, body: { title, body } });
  }

  post(id: string, headers: Record<string, string> = {}): Promise<Answer<Post>> {
    return this.call('GET', `${this.addresses.board}/posts/${id}`, { headers });
  }

  posts(query: string, headers: Record<string, string> = {}): Promise<Answer<{ items: Post[]; nextCursor: string | null }>> {
    return this.call('GET', `${this.addresses.board}/posts?${query}`, { headers });
  }
}

function expectStatus({ status, body }: Answer<unknown>, expected: number): void {
  if (status !== expected) throw new Error(`Expected ${expected}, got ${status}: ${JSON.stringify(body)}`);
}
