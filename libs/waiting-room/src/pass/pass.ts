/** What a pass says; see `PassIssuer` and `PassVerifier`. */
export interface Pass {
  readonly room: string;
  readonly visitor: string;
  /** One admission has one id, however often its pass is asked for: whoever may use it once remembers this. */
  readonly id: string;
  /** In seconds since 1970. */
  readonly expiresAt: number;
}

/** Forged, altered, expired, of another room, or not there at all. */
export class InvalidPassError extends Error {
  readonly code = 'WAITING_ROOM_INVALID_PASS';

  constructor(fault: string, cause?: unknown) {
    super(`The pass ${fault}. Enter the waiting room for another one.`, { cause });
    this.name = 'InvalidPassError';
  }
}

export const PASS_ISSUER = 'waiting-room';
/** Public keys verify: whoever checks passes cannot make them. */
export const PASS_ALGORITHM = 'EdDSA';
