import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata, UseGuards } from '@nestjs/common';
import type { Pass } from '../pass/pass';
import { passOf, REQUIRED_ROOM, RequiresPassGuard } from './requires-pass.guard';

/** A handler, or all of a class, answers only to a pass of this room: the header `X-Waiting-Pass`, or a browser's cookie. Needs a `PassVerifier` among the providers. */
export function RequiresPass(room: string): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(REQUIRED_ROOM, room), UseGuards(RequiresPassGuard));
}

/** The pass with which the request came in. */
export const CurrentPass = createParamDecorator((_: unknown, context: ExecutionContext): Pass => passOf(context.switchToHttp().getRequest<object>()));
