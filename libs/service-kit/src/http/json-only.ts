import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { BadRequestProblem } from '../errors/problems';

/**
 * JSON is the only request format; anything else is answered 415. An empty JSON body counts as none, since many clients
 * send the content type with every request, a DELETE included.
 */
export function acceptJsonOnly(instance: FastifyInstance): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    // Decoding would silently put U+FFFD in the place of what the client meant.
    else if (!isUtf8(body)) done(new BadRequestProblem('malformed-json', { detail: 'The body is not UTF-8.' }));
    else void parse(request, body.toString('utf8'), done);
  });
}
