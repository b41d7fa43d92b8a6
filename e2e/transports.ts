import { Agent, request } from 'node:http';

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly token?: string;
}

export interface Received {
  readonly status: number;
  /** Undefined where the answer has none, or is no JSON. */
  readonly body: unknown;
}

/** One way for a client to use connections. Never sends anything twice; rejects when there is no whole answer. */
export type Transport = (sent: Sent) => Promise<Received>;

const PATIENCE_MS = 15_000;

/** A new connection a request. */
export const fresh: Transport = (sent) => viaHttp(sent, false);

/** A pool of its own, whose idle connections it gives up a little before the server has said that it would. */
export function pooled(): Transport {
  const agent = new Agent({ keepAlive: true, timeout: PATIENCE_MS });
  return (sent) => viaHttp(sent, agent);
}

/** The runtime's `fetch` with the pool that the whole process shares. */
export const fetched: Transport = async ({ method, url, body, token }) => {
  const response = await fetch(url, {
    method,
    headers: headersOf(body, token),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, body: parsed(await response.text()) };
};

function viaHttp({ method, url, body, token }: Sent, agent: Agent | false): Promise<Received> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, agent, headers: headersOf(body, token), signal: AbortSignal.timeout(PATIENCE_MS) }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(text) }));
    });
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function headersOf(body: unknown, token: string | undefined): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
