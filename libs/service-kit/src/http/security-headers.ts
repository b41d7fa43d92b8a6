import type { FastifyInstance, FastifyReply } from 'fastify';

/** Swagger UI ships all of its scripts; only its styles are inline. Nothing is loaded from elsewhere. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Response headers that every answer carries, errors included. */
export function addSecurityHeaders(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const docs = request.url === '/docs' || request.url.startsWith('/docs/');
    setSecurityHeaders(reply, docs ? DOCS_POLICY : API_POLICY);
    done();
  });
}

/** For the answers that Fastify gives before any hook runs. */
export function setSecurityHeaders(reply: FastifyReply, policy = API_POLICY): void {
  void reply.headers({
    'content-security-policy': policy,
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
}
