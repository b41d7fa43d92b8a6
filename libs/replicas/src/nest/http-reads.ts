import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { tokensMissed } from '../metrics/replicas.metrics';
import { readScope, type ReadScope } from '../session/read-scope';
import { SessionStore } from '../session/session-store';
import { tokenOf } from '../token/carry-token';
import { ConsistencyTokens, TOKEN_HEADER } from '../token/consistency-tokens';
import { ReplicaRouter } from '../typeorm/replica-router';
import { type HttpReadOptions, type HttpReadScope, httpReadScope } from './http-read-scope';

export const HTTP_READ_OPTIONS = Symbol('http-read-options');

export interface HttpReadsOptions extends Required<HttpReadOptions> {
  readonly explain: boolean;
  readonly sessions: number | undefined;
}

interface Request {
  readonly headers: IncomingHttpHeaders;
}

interface Reply {
  readonly statusCode: number;
  header(name: string, value: string): unknown;
  hasHeader(name: string): boolean;
}

/** As much of Fastify as is needed here. */
interface Hooks {
  addHook(name: 'onRequest', hook: (request: Request, reply: Reply, done: (error?: Error) => void) => void): unknown;
  addHook(name: 'onSend' | 'onResponse', hook: (request: Request, reply: Reply) => Promise<void>): unknown;
}

/**
 * Opens a scope for each request and tells the client where it has led. In hooks of Fastify, because guards run before interceptors and may
 * read too, and because what a refusal has read (`404`) has been shown as well.
 */
@Injectable()
export class HttpReads implements OnModuleInit {
  readonly #scopes = new WeakMap<Request, HttpReadScope>();
  readonly #sessions: SessionStore;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly router: ReplicaRouter,
    private readonly tokens: ConsistencyTokens,
    @Inject(HTTP_READ_OPTIONS) private readonly options: HttpReadsOptions,
  ) {
    this.#sessions = new SessionStore(options.sessions);
  }

  /** Fastify gives hooks to the routes once all are there, so this is early enough. */
  onModuleInit(): void {
    // An application without HTTP has an adapter without a server, or none.
    const instance = this.host.httpAdapter?.getInstance<Partial<Hooks> | undefined>();
    if (instance === undefined) return;
    if (typeof instance.addHook !== 'function') throw new TypeError('@madang/replicas needs the FastifyAdapter of @nestjs/platform-fastify for its headers.');
    const hooks = instance as Hooks;
    hooks.addHook('onRequest', (request, _reply, done) => this.#open(request, done));
    hooks.addHook('onSend', (request, reply) => this.#tell(request, reply));
    // Of a stream that the handler writes by itself there is no other end.
    hooks.addHook('onResponse', async (request, reply) => this.#remember(request, reply));
  }

  #open(request: Request, done: (error?: Error) => void): void {
    let scope: HttpReadScope;
    try {
      scope = httpReadScope(request.headers, this.#sessions, this.router, this.tokens, this.options);
    } catch (error) {
      done(error as Error);
      return;
    }
    this.#scopes.set(request, scope);
    readScope.run(scope, done);
  }

  async #tell(request: Request, reply: Reply): Promise<void> {
    const scope = this.#scopes.get(request);
    if (!scope) return;
    if (reply.statusCode === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', '1');
    if (this.options.explain && reply.statusCode < 500) explain(scope, reply); // what has failed has shown nothing
    this.#remember(request, reply);
    try {
      const place = await tokenOf(scope.session, this.router.cluster);
      if (place) reply.header(TOKEN_HEADER, this.tokens.sign(place));
    } catch {
      // The answer is right, it only cannot say from when it is: the session knows in this process, and the client keeps its older token.
      tokensMissed.inc();
    }
  }

  /**
   * Only now, and only what has seen or done something: ids and credentials cost nothing to invent, and those who do must not push out everybody else's.
   */
  #remember(request: Request, { statusCode }: Reply): void {
    const scope = this.#scopes.get(request);
    if (!scope || scope.name === undefined || scope.session.isBlank) return;
    if (statusCode < 400 || statusCode === 404) this.#sessions.keep(scope.session);
  }
}

/** Of the last read: where it went, how old that is at most, and why. */
function explain({ decisions }: ReadScope, reply: Reply): void {
  const decision = decisions.at(-1);
  if (!decision) return;
  reply.header('x-read-replica', decision.target);
  reply.header('x-read-reason', decision.reason);
  if (decision.stalenessMs !== undefined) reply.header('x-read-staleness-ms', String(Math.ceil(decision.stalenessMs)));
}
