import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../errors/problem-error';
import { isOperational } from './operational-routes';

/**
 * Limits each client address, unknown paths included. It guards one process against one noisy client; it is no quota
 * over several processes.
 */
export async function limitRate(instance: FastifyInstance, perSecond: number): Promise<void> {
  await instance.register(rateLimit, {
    global: false,
    max: perSecond,
    timeWindow: 1_000,
    allowList: (request) => isOperational(request.routeOptions.url),
    // Written on refusals only: on every answer they would cost more than they tell.
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: () => new ProblemError(429, 'too-many-requests', { detail: 'Slow down; see Retry-After.' }),
  });
  // A hook of its own rather than the plugin's `global`, which leaves out requests that no route takes.
  instance.addHook('onRequest', instance.rateLimit());
}
