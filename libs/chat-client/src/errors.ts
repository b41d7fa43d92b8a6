import type { ChatFailure } from './protocol';

/** The server has said no: it did not happen. */
export class ChatRefusedError extends Error {
  override readonly name = 'ChatRefusedError';
  readonly code: string;
  /** After so many milliseconds the same call may succeed. */
  readonly retryAfterMs: number | undefined;

  constructor({ code, title, retryAfterMs }: ChatFailure) {
    super(title);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** It was said, and nobody answered: it may have happened or not. The room's changes tell; to say it again is safe with the same `clientMessageId`. */
export class ChatUnknownError extends Error {
  override readonly name = 'ChatUnknownError';
  /** Of `message:send`. */
  readonly clientMessageId: string | undefined;

  constructor(call: string, clientMessageId?: string) {
    super(`${call} was not answered: it may have happened or not`);
    this.clientMessageId = clientMessageId;
  }
}

/** There was no connection to say it over: it did not happen. */
export class ChatNotSentError extends Error {
  override readonly name = 'ChatNotSentError';

  constructor(call: string) {
    super(`${call} was not sent: there was no connection in time`);
  }
}

const OPEN = new Set(['unavailable', 'internal-error']);

/** The server could not do it: what it needs went away, perhaps in the midst of a commit that has come through all the same. */
export function leavesOpen({ code }: ChatFailure): boolean {
  return OPEN.has(code);
}
