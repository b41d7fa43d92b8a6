import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { UnauthorizedProblem } from '../errors/problems';

/** The member whose token the request carries. */
export interface CurrentMember {
  readonly memberId: string;
}

const members = new WeakMap<FastifyRequest, CurrentMember>();

/** Called by the guard, once the token was verified. */
export function setCurrentMember(request: FastifyRequest, member: CurrentMember): void {
  members.set(request, member);
}

/** Handler parameter: `@CurrentMember() member: CurrentMember`. Not for routes marked `@Public()`. */
export const CurrentMember = createParamDecorator((_: unknown, execution: ExecutionContext): CurrentMember => {
  const member = members.get(execution.switchToHttp().getRequest<FastifyRequest>());
  if (member === undefined) throw new UnauthorizedProblem();
  return member;
});
