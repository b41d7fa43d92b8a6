import { Injectable, Optional } from '@nestjs/common';
import { decodeProtectedHeader, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { UnauthorizedProblem, UnavailableProblem } from '../errors/problems';
import type { CurrentMember } from './current-member.decorator';
import { MemberStatus } from './member-status';

/** Which tokens a service accepts. */
export abstract class TokenPolicy {
  abstract readonly keys: JWTVerifyGetKey;
  abstract readonly issuer: string;
  abstract readonly audience: string;
}

/** Asymmetric only: with an HMAC in the list, the public key would do as a secret. */
const ALGORITHMS = ['EdDSA', 'RS256'];
/** Seconds that two clocks may disagree. */
const CLOCK_TOLERANCE = 5;
const Subject = z.uuid().toLowerCase();

/** Tells whose token it is. */
@Injectable()
export class TokenVerifier {
  constructor(
    private readonly policy: TokenPolicy,
    @Optional() private readonly status?: MemberStatus,
  ) {}

  /**
   * @throws {UnauthorizedProblem} if the token is malformed, forged, expired, meant for others or of a withdrawn member
   * @throws {UnavailableProblem} if the keys cannot be had: that says nothing about the token
   */
  async verify(token: string): Promise<CurrentMember> {
    const memberId = await this.subjectOf(token);
    if (this.status !== undefined && !(await this.status.isActive(memberId))) throw refused();
    return { memberId };
  }

  private async subjectOf(token: string): Promise<string> {
    if (keyIdOf(token) === undefined) throw refused();
    const { issuer, audience, keys } = this.policy;
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE,
      });
      return Subject.parse(payload.sub);
    } catch (error) {
      if (isFaultOfToken(error)) throw refused(error);
      throw new UnavailableProblem('keys-unavailable', { detail: 'Tokens cannot be checked right now.', cause: error });
    }
  }
}

/** Without a key id any key of the set would be tried. */
function keyIdOf(token: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(token);
    return kid === '' ? undefined : kid;
  } catch {
    return undefined;
  }
}

/** jose tells a bad token from an unreachable or broken key set by the class of its error. */
function isFaultOfToken(error: unknown): boolean {
  if (error instanceof z.ZodError) return true;
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

function refused(cause?: unknown): UnauthorizedProblem {
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
  return new UnauthorizedProblem('invalid-token', { detail: 'Sign in again for a new token.', headers, cause });
}
