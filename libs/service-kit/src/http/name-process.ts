import type { FastifyInstance } from 'fastify';
import { isOperational } from './operational-routes';

/**
 * For a service that shares its socket with its successor for a while: health and metrics say in `x-pid` which of the two
 * has answered, so that a supervisor can wait for the new one.
 */
export function nameProcess(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (isOperational(request.routeOptions.url)) void reply.header('x-pid', String(process.pid));
    done();
  });
}
