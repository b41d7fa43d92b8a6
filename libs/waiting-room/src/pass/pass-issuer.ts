import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import { type Pass, PASS_ALGORITHM, PASS_ISSUER } from './pass';

interface Key {
  readonly id: string;
  readonly privateKey: KeyObject;
}

/** Makes passes: JWTs with `aud` (the room), `sub` (the visitor), `jti` and `exp`, signed with Ed25519. */
export class PassIssuer {
  readonly #keys: readonly Key[];

  /**
   * @param keys private Ed25519 keys as JWKs with a `kid`. The first one signs, all are published: a new one is put behind the first, then before it, and the old one goes when its
   * last pass has ended
   * @throws RangeError
   */
  constructor(keys: readonly JWK[]) {
    this.#keys = keys.map(({ kid, ...jwk }) => {
      if (!kid || jwk.crv !== 'Ed25519' || !jwk.d) throw new RangeError('A key for passes is a private Ed25519 JWK with a "kid".');
      return { id: kid, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) };
    });
    if (this.#keys.length === 0) throw new RangeError('Passes need a key.');
  }

  /** The same admission gives the same pass again: it does not hold for longer by that. */
  issue({ room, visitor, id, expiresAt }: Pass): Promise<string> {
    const [key] = this.#keys as [Key, ...Key[]];
    return new SignJWT({ iss: PASS_ISSUER, aud: room, sub: visitor, jti: id, exp: expiresAt }).setProtectedHeader({ alg: PASS_ALGORITHM, kid: key.id, typ: 'JWT' }).sign(key.privateKey);
  }

  /** For `/.well-known/jwks.json`. */
  get publicKeys(): JSONWebKeySet {
    return { keys: this.#keys.map(({ id, privateKey }) => ({ ...(createPublicKey(privateKey).export({ format: 'jwk' }) as JWK), kid: id, alg: PASS_ALGORITHM, use: 'sig' })) };
  }
}
