/** Why no number of retries can make a record readable. */
export type PoisonCode =
  | 'tombstone'
  | 'missing-header'
  | 'invalid-header'
  | 'not-json'
  | 'unknown-type'
  | 'unknown-version'
  | 'invalid-payload';

/** A record that can never be processed: it goes to the dead letters at once, and the partition moves on. */
export class PoisonRecordError extends Error {
  constructor(
    readonly code: PoisonCode,
    message: string,
  ) {
    super(message);
    this.name = 'PoisonRecordError';
  }
}
