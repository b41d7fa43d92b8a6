import { ForbiddenProblem } from '@madang/service-kit';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;
const LOOPBACK_ADDRESS = /^(127\.|::1$|::ffff:127\.)/;

/** Only programs on this machine: a page of another site, also one whose name has been made to point here (DNS rebinding), is refused in spite of a token. */
@Injectable()
export class LoopbackGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const { headers, socket } = execution.switchToHttp().getRequest<FastifyRequest>();
    const isLocal = LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') && LOOPBACK_HOST.test(headers.host ?? '');
    // Browsers add it to whatever is not a plain GET; the console's server does not.
    if (isLocal && headers.origin === undefined) return true;
    throw new ForbiddenProblem('lab-is-local', { detail: 'The lab answers programs on this machine alone.' });
  }
}
