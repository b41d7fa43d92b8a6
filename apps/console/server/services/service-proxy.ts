import { Readable } from 'node:stream';
import { NotFoundProblem, UnavailableProblem } from '@madang/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Of the page's headers these go on; the rest is between the browser and the console. */
const PASSED_ON = /^(accept|accept-language|content-type|traceparent|idempotency-key|if-none-match|last-event-id|x-(consistency|waiting)-[\w-]+)$/;
/** Of the answer's headers these stay behind: they are of the other connection, or would set something for the console's own origin. */
const KEPT_BACK = /^(connection|keep-alive|transfer-encoding|content-length|content-encoding|set-cookie|content-security-policy|x-frame-options|x-content-type-options|referrer-policy|cross-origin-resource-policy|access-control-.*|location)$/;

export interface Target {
  readonly service: string;
  /** With its query, from the service's root. */
  readonly path: string;
}

/** Passes calls on to the services that are known, and to nothing else. */
export class ServiceProxy {
  constructor(
    private readonly services: ReadonlyMap<string, string>,
    private readonly adminToken: string,
    /** As whoever reads an answer reaches them. */
    private readonly shown: ReadonlyMap<string, string>,
  ) {}

  /** @throws NotFoundProblem if there is no such service; UnavailableProblem if it does not answer */
  async pass({ service, path }: Target, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const base = this.services.get(service);
    if (base === undefined) throw new NotFoundProblem('service-not-found', { detail: `There are: ${[...this.services.keys()].join(', ')}` });
    const url = new URL(path, base);
    // `//elsewhere` and the like are addresses of their own to a URL.
    if (url.origin !== new URL(base).origin) throw new NotFoundProblem('service-not-found', { detail: 'The path leads out of the service.' });
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const { method, body } = request;
    const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
    let answer: Response;
    try {
      answer = await fetch(url, { method, headers: this.headersOf(request, hasBody), redirect: 'manual', signal: gone.signal, ...(hasBody ? { body: JSON.stringify(body) } : {}) });
    } catch (cause) {
      throw new UnavailableProblem('service-unavailable', { detail: `${service} does not answer.`, cause });
    }
    for (const [name, value] of answer.headers) if (!KEPT_BACK.test(name)) void reply.header(name, value);
    void reply.status(answer.status).header('x-target-url', new URL(path, this.shown.get(service) ?? base).href);
    const stream = answer.body === null ? null : Readable.fromWeb(answer.body);
    stream?.on('error', () => undefined); // who asked has gone
    await reply.send(stream ?? '');
  }

  private headersOf({ headers }: FastifyRequest, hasBody: boolean): Record<string, string> {
    const given = Object.entries(headers).filter((entry): entry is [string, string] => PASSED_ON.test(entry[0]) && typeof entry[1] === 'string');
    const { 'content-type': type, ...passed } = Object.fromEntries(given);
    const own = headers['x-service-authorization'];
    const authorization = headers['x-lab-admin'] === '1' ? `Bearer ${this.adminToken}` : typeof own === 'string' ? own : undefined;
    return { ...passed, ...(hasBody && type !== undefined ? { 'content-type': type } : {}), ...(authorization === undefined ? {} : { authorization }) };
  }
}
