import { ForbiddenProblem } from '@madang/service-kit';
import type { FastifyRequest } from 'fastify';

/** Another site's form would replace the ticket, give the place up, or order: its answer sets the cookie, whichever it has sent. @throws ForbiddenProblem */
export function refuseForeign(headers: FastifyRequest['headers']): void {
  const site = headers['sec-fetch-site'] ?? 'none'; // every browser says it
  if (site !== 'none' && site !== 'same-origin') throw new ForbiddenProblem('foreign-form', { detail: 'This form belongs to another site. Open the waiting page itself.' });
}
