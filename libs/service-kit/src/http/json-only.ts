import type { FastifyInstance } from 'fastify';

/**
 * JSON is the only request format; anything else is answered 415. An empty JSON body counts as none, since many clients
 * send the content type with every request, a DELETE included.
 */
export function acceptJsonOnly(instance: FastifyInstance): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body as string, done);
  });
}
