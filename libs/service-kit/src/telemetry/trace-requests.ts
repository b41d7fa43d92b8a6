import type { IncomingMessage } from 'node:http';
import { type Context, context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { isOperational } from '../http/operational-routes';

const contexts = new WeakMap<IncomingMessage, Context>();

/**
 * One server span a request, continuing the caller's `traceparent`; its trace id goes out as `x-trace-id`. The context it enters
 * reaches the handlers: Fastify carries it over the reading of the body.
 */
export function traceRequests(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('x-trace-id', beginTrace(request.raw));
    context.with(traceContextOf(request.raw), done);
  });
  instance.addHook('onResponse', (request, reply, done) => {
    // What only watches the service is asked every second: its spans are left to be forgotten.
    if (!isOperational(request.routeOptions.url)) endTrace(request.raw, request.routeOptions.url, reply.statusCode);
    done();
  });
}

/** Starts the span of a request and returns its trace id. A malformed `traceparent` starts a new trace. */
export function beginTrace(raw: IncomingMessage): string {
  const parent = propagation.extract(ROOT_CONTEXT, raw.headers);
  const span = trace.getTracer('@madang/service-kit').startSpan(
    raw.method ?? 'GET',
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': raw.method ?? 'GET' } },
    parent,
  );
  contexts.set(raw, trace.setSpan(parent, span));
  return span.spanContext().traceId;
}

export function endTrace(raw: IncomingMessage, route: string | undefined, status: number): void {
  const span = trace.getSpan(traceContextOf(raw));
  if (span === undefined) return;
  if (route !== undefined) span.updateName(`${raw.method} ${route}`).setAttribute('http.route', route);
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

export function traceContextOf(raw: IncomingMessage): Context {
  return contexts.get(raw) ?? ROOT_CONTEXT;
}

export function traceIdOf(raw: IncomingMessage): string {
  return trace.getSpanContext(traceContextOf(raw))?.traceId ?? '0'.repeat(32);
}
