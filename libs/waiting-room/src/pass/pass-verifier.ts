import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { InvalidPassError, type Pass, PASS_ALGORITHM, PASS_ISSUER } from './pass';

/** Not the pass's fault: the keys cannot be read. */
const KEYS_UNAVAILABLE = new Set([errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code]);

/** Checks passes by the public keys alone: nobody is asked. */
export class PassVerifier {
  /** @param keys `createLocalJWKSet(issuer.publicKeys)` or `createRemoteJWKSet(url)` of jose */
  constructor(private readonly keys: JWTVerifyGetKey) {}

  /** @throws InvalidPassError, or what keeps the keys from being read */
  async verify(token: string, room: string): Promise<Pass> {
    if (!isCanonical(token)) throw new InvalidPassError('is no pass');
    try {
      const { payload } = await jwtVerify(token, this.keys, { issuer: PASS_ISSUER, audience: room, algorithms: [PASS_ALGORITHM], requiredClaims: ['sub', 'jti', 'exp'], typ: 'JWT' });
      const { sub = '', jti = '', exp = 0 } = payload;
      return { room, visitor: sub, id: jti, expiresAt: exp };
    } catch (error) {
      if (!(error instanceof errors.JOSEError) || KEYS_UNAVAILABLE.has(error.code)) throw error;
      if (error instanceof errors.JWTExpired) throw new InvalidPassError('has expired', error);
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') throw new InvalidPassError('is of another room', error);
      throw new InvalidPassError('was not made by this waiting room', error);
    }
  }
}

/** The last character of a signature has bits that mean nothing: one signature would have many spellings. */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}
