import { CompactSign, type JWK } from 'jose';

/** Of another type than a pass, which it must never be taken for. */
const TYPE = 'waiting-room-head';

/** Signs where a room's log of admissions ends, with the key of the passes. */
export class LogHeadSigner {
  constructor(private readonly key: JWK & { readonly kid: string }) {}

  sign(head: { readonly room: string; readonly seq: number; readonly hash: string }): Promise<string> {
    const header = { alg: 'EdDSA', kid: this.key.kid, typ: TYPE };
    return new CompactSign(Buffer.from(JSON.stringify(head))).setProtectedHeader(header).sign(this.key);
  }
}
