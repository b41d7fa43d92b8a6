import type { FastifyInstance } from 'fastify';
import { refuseForeign } from './own-origin';

/** A batch of spans, a scenario's call: larger than what services take. */
const BODY_LIMIT = 4 * 1024 * 1024;

/**
 * What holds for every route of the console, also those that nothing answers. Must run before the first route is registered.
 *
 * @param port what the page's address says: not where it listens, when a supervisor has opened the socket
 * @param collector name and port by which services send their spans here, where that is no loopback
 */
export function keepToOurselves(instance: FastifyInstance, port: number, collector?: string): void {
  instance.addHook('onRoute', (route) => {
    if (route.url === '/v1/traces') route.bodyLimit = BODY_LIMIT;
  });
  instance.addHook('onRequest', (request, _reply, done) => {
    const { url } = request.routeOptions;
    // Asked by the runner, and by whoever collects metrics, under whatever name.
    if (url === '/health/live' || url === '/health/ready') done();
    else done(refuseForeign(request.headers, port, url === '/v1/traces' ? collector : undefined));
  });
}
