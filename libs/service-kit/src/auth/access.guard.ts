import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { KIT_CONFIG, type KitConfig } from '../config/kit-config';
import { UnauthorizedProblem } from '../errors/problems';
import { type Access, ACCESS } from './access';
import { setCurrentMember } from './current-member.decorator';
import { TokenVerifier } from './token-verifier';

/**
 * Denies by default. A guard and not a middleware: it runs for the handler that was chosen, so no spelling of a path
 * gets around it.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(KIT_CONFIG) private readonly config: KitConfig,
    @Optional() private readonly verifier?: TokenVerifier,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    // Messages come from our own broker, and sockets are authenticated in their handshake.
    if (execution.getType() !== 'http') return true;
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [execution.getHandler(), execution.getClass()]);
    if (access === 'public') return true;
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerOf(request);
    if (access === 'admin') return this.isAdmin(token);
    if (this.verifier === undefined) throw new UnauthorizedProblem();
    setCurrentMember(request, await this.verifier.verify(token));
    return true;
  }

  private isAdmin(token: string): boolean {
    const expected = this.config.ADMIN_TOKEN;
    // Digests have one length, so the comparison takes one time.
    if (expected === undefined || !timingSafeEqual(digest(token), digest(expected))) {
      throw new UnauthorizedProblem('invalid-admin-token', { detail: 'Use the admin token that npm start prints.' });
    }
    return true;
  }
}

function bearerOf(request: FastifyRequest): string {
  const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new UnauthorizedProblem('unauthorized', { detail: 'Send Authorization: Bearer <token>.' });
  return token;
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
