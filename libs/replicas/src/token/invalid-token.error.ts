/** Malformed or forged. */
export class InvalidTokenError extends Error {
  readonly code = 'REPLICAS_INVALID_TOKEN';

  constructor(fault: string) {
    super(`The consistency token ${fault}. Leave it out, or send one as an answer has given it.`);
    this.name = 'InvalidTokenError';
  }
}
