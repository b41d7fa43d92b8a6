/**
 * `unknown-…`: there is no such thing; the message names those that there are. `refused`: what was asked cannot be done now, such as killing what does not run. `unavailable`: what it
 * takes does not answer; it may have happened. `misconfigured`: the lab does not know where things are.
 */
export type LabErrorCode = 'unknown-fault' | 'unknown-switch' | 'unknown-process' | 'refused' | 'unavailable' | 'misconfigured';

/** The message is for a person: it says what to do. */
export class LabError extends Error {
  override readonly name = 'LabError';

  constructor(
    readonly code: LabErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What went wrong, without the name of the class. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node's fetch says "fetch failed", and why only in the cause.
  return error.cause instanceof Error && !(error instanceof LabError) ? `${error.message}: ${error.cause.message}` : error.message;
}
