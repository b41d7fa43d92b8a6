import { curlOf } from './curl';

/** The console's server said no. `status` is HTTP's; the message is what it says to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Services that the console passes calls on to. */
export type ServiceName = 'member' | 'board' | 'queue' | 'chat' | 'id' | 'moderator' | 'relay';

export interface ServiceCall {
  readonly service: ServiceName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Of a member; the console's own never leaves it. */
  readonly token?: string;
  readonly admin?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServiceAnswer<T> {
  readonly call: ServiceCall;
  readonly status: number;
  readonly ok: boolean;
  readonly body: T;
  readonly headers: Headers;
  readonly traceId: string | null;
  readonly curl: string;
  readonly tookMs: number;
}

const TIMEOUT_MS = 20_000;

export class ConsoleApi {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** @throws ApiError */
  async get<T>(path: string): Promise<T> {
    return (await (await this.#ask('GET', path)).json()) as T;
  }

  async text(path: string): Promise<string> {
    return (await this.#ask('GET', path)).text();
  }

  /** @returns undefined where the answer has no body @throws ApiError */
  async send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T | undefined> {
    return parsed<T>(await (await this.#ask(method, path, body)).text());
  }

  /** A call to a service, passed on; an answer of every status is one. @throws ApiError only where the console itself cannot be reached */
  async service<T>(call: ServiceCall): Promise<ServiceAnswer<T>> {
    const began = performance.now();
    const headers = {
      ...call.headers,
      ...(call.token === undefined ? {} : { 'x-service-authorization': `Bearer ${call.token}` }),
      ...(call.admin ? { 'x-lab-admin': '1' } : {}),
    };
    const response = await this.#fetch(call.method, `/api/services/${call.service}${call.path}`, call.body, headers);
    const text = await response.text();
    const body = (response.headers.get('content-type')?.includes('json') ? parsed<T>(text) : text) as T;
    const url = response.headers.get('x-target-url');
    return { call, status: response.status, ok: response.ok, body, headers: response.headers, traceId: response.headers.get('x-trace-id'), curl: curlOf(call, url), tookMs: performance.now() - began };
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await this.#fetch(method, path, body);
    if (!response.ok) throw new ApiError(response.status, problemOf(await response.text()) ?? `${method} ${path}: ${response.status}`);
    return response;
  }

  #fetch(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(path, {
      method,
      headers: { ...headers, authorization: `Bearer ${this.#token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}

function parsed<T>(text: string): T | undefined {
  return text === '' ? undefined : (JSON.parse(text) as T);
}

/** Of problem+json the sentence that helps most. */
function problemOf(text: string): string | undefined {
  try {
    const { detail, title, error, message } = JSON.parse(text) as Record<string, unknown>;
    return [detail, title, error, message].find((each) => typeof each === 'string');
  } catch {
    return undefined;
  }
}
