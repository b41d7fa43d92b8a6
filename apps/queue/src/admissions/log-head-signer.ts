import { createPrivateKey, type KeyObject } from 'node:crypto';
import { CompactSign, type JWK } from 'jose';

/** Of another type than a pass, which it must never be taken for. */
const TYPE = 'waiting-room-head';

/** Signs where a room's log of admissions ends, with the key of the passes. */
export class LogHeadSigner {
  private readonly key: KeyObject;

  constructor(private readonly jwk: JWK & { readonly kid: string }) {
    this.key = createPrivateKey({ key: jwk, format: 'jwk' });
  }

  sign(head: { readonly room: string; readonly seq: number; readonly hash: string }): Promise<string> {
    const header = { alg: 'EdDSA', kid: this.jwk.kid, typ: TYPE };
    return new CompactSign(Buffer.from(JSON.stringify(head))).setProtectedHeader(header).sign(this.key);
  }
}
