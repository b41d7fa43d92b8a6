import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose';

export interface AccessTokenOptions {
  /** Ed25519 private key with `kid`. */
  readonly privateKey: JWK & { readonly kid: string };
  readonly issuer: string;
  readonly audience: string;
}

/** Long enough for a session at the keyboard, short enough that a stolen token is soon worthless. */
const LIFETIME = '1h';

/** Signs access tokens (JWT, EdDSA), and publishes the key that verifies them. */
@Injectable()
export class AccessTokenService {
  private readonly key: Promise<CryptoKey | Uint8Array>;

  constructor(private readonly options: AccessTokenOptions) {
    this.key = importJWK(options.privateKey, 'EdDSA');
  }

  async issue(memberId: string): Promise<string> {
    const { privateKey, issuer, audience } = this.options;
    return new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA', kid: privateKey.kid, typ: 'at+jwt' })
      .setSubject(memberId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .setJti(randomUUID())
      .sign(await this.key);
  }

  /** RFC 7517; the private part (`d`) stays here. */
  get jwks(): { keys: JWK[] } {
    const { d: _secret, ...publicKey } = this.options.privateKey;
    return { keys: [{ ...publicKey, alg: 'EdDSA', use: 'sig' }] };
  }
}
