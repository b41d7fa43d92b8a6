import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InvalidPassError, type Pass } from '../pass/pass';
import { PassVerifier } from '../pass/pass-verifier';
import { cookieOf } from './cookie-of';

interface Request {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Metadata: the room whose pass a handler asks for. */
export const REQUIRED_ROOM = Symbol('required-room');
const HEADER = 'x-waiting-pass';
const passes = new WeakMap<object, Pass>();

/** Lets in whoever has a pass of the room that {@link RequiresPass} names; asks nobody. */
@Injectable()
export class RequiresPassGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: PassVerifier,
  ) {}

  /** @throws UnauthorizedException */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const room = this.reflector.getAllAndOverride<string | undefined>(REQUIRED_ROOM, [context.getHandler(), context.getClass()]);
    if (room === undefined) return true;
    const request = context.switchToHttp().getRequest<Request>();
    try {
      passes.set(request, await this.verifier.verify(passIn(request, room), room));
      return true;
    } catch (error) {
      if (error instanceof InvalidPassError) throw new UnauthorizedException(error.message, { cause: error });
      throw error;
    }
  }
}

/** Of a request that the guard has let in. */
export function passOf(request: object): Pass {
  const pass = passes.get(request);
  if (!pass) throw new TypeError('This handler has no @RequiresPass().');
  return pass;
}

/** Name of the cookie in which a browser brings the pass of a room. */
export function passCookie(room: string): string {
  return `waiting-pass-${room}`;
}

function passIn({ headers }: Request, room: string): string {
  const header = headers[HEADER];
  if (typeof header === 'string') return header;
  const cookie = cookieOf(headers['cookie']?.toString(), passCookie(room));
  if (cookie === undefined) throw new InvalidPassError('is missing: send it as X-Waiting-Pass');
  return cookie;
}
