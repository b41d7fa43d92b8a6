import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Histogram, register } from 'prom-client';
import { isOperational } from '../http/operational-routes';

const NAME = 'http_server_request_duration_seconds';

/** Duration of each request by method, route pattern (never the URL, which is unbounded and personal) and status. */
export function measureRequests(instance: FastifyInstance, logger: Logger): void {
  const durations =
    (register.getSingleMetric(NAME) as Histogram<'method' | 'route' | 'status'> | undefined) ??
    new Histogram({
      name: NAME,
      help: 'Time from the request to the end of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    });
  instance.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
    if (!isOperational(route)) {
      const labels = { method: request.method, route, status: reply.statusCode };
      durations.observe(labels, reply.elapsedTime / 1_000);
      logger.debug({ ...labels, ms: Math.round(reply.elapsedTime * 10) / 10 }, 'request');
    }
    done();
  });
}
