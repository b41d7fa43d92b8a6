import type { IncomingMessage } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { context } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { RouteTable } from '../http/route-table';
import { KIT_LOGGER } from '../telemetry/logger';
import { traceContextOf, traceIdOf } from '../telemetry/trace-requests';
import { PROBLEM_MEDIA_TYPE } from './problem';
import type { ProblemError } from './problem-error';
import { toProblemError } from './to-problem-error';

/**
 * Answers every failed HTTP request with problem+json; nothing of a fault on our side leaves but its trace id. A service with pages for people
 * overrides {@link answer} for them.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly routes: RouteTable,
    @Inject(KIT_LOGGER) private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // Messages and sockets have their own rules for failures; their handlers must see the error itself.
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest | IncomingMessage>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const raw = 'raw' in request ? request.raw : request;
    const unrouted = 'raw' in request && request.is404;
    const problem = unrouted ? this.routes.problemFor(request.method, request.url) : toProblemError(error);
    // A body that fails to parse fails outside of the request's context; the log line needs its trace id.
    context.with(traceContextOf(raw), () => this.log(problem));
    const adapter = this.host.httpAdapter;
    if (adapter.isHeadersSent(reply)) {
      adapter.end(reply);
      return;
    }
    this.answer(problem, raw, reply);
  }

  protected answer(problem: ProblemError, raw: IncomingMessage, reply: FastifyReply): void {
    const adapter = this.host.httpAdapter;
    const headers = { ...problem.details.headers, 'content-type': PROBLEM_MEDIA_TYPE };
    for (const [name, value] of Object.entries(headers)) adapter.setHeader(reply, name, value);
    adapter.reply(reply, problem.toProblem(traceIdOf(raw)), problem.status);
  }

  private log(problem: ProblemError): void {
    const { status, code } = problem;
    if (code === 'not-ready') {
      // Whoever probes the readiness has the answer; while a service starts it is asked many times a second.
      this.logger.debug({ status, code, detail: problem.details.detail }, 'not ready');
    } else if (status === 503) {
      // No stack: while a dependency is away every request says the same.
      const cause = problem.cause instanceof Error ? problem.cause.message : undefined;
      this.logger.warn({ status, code, cause }, 'request refused: unavailable');
    } else if (status >= 500) {
      this.logger.error({ status, code, err: problem.cause ?? problem }, 'request failed');
    } else if (code === 'value-not-storable') {
      this.logger.warn({ status, code, err: problem.cause }, 'the database refused a value that validation let through');
    }
  }
}
