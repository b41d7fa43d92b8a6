import type { ChatFailure } from '@madang/chat-client';
import { toProblemError } from '@madang/service-kit';

/** A call that is answered with just this. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';

  constructor(readonly failure: ChatFailure) {
    super(failure.title);
  }
}

export const unauthorized = (title: string): CallRefused => new CallRefused({ code: 'unauthorized', title });
export const unavailable = (title: string, retryAfterMs = 1_000): CallRefused => new CallRefused({ code: 'unavailable', title, retryAfterMs });

/** Codes that stand for all of a status: what a client does about them is the same. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = { 401: 'unauthorized', 503: 'unavailable' };

/** Any thrown value as the answer to a call; nothing of a fault on our side is told. */
export function failureOf(error: unknown): ChatFailure {
  if (error instanceof CallRefused) return error.failure;
  const { status, code, details } = toProblemError(error);
  const retryAfter = details.headers?.['retry-after'];
  return {
    code: CODE_OF_STATUS[status] ?? code,
    title: status === 500 ? 'Something went wrong on our side.' : (details.detail ?? code.replaceAll('-', ' ')),
    ...(retryAfter === undefined ? {} : { retryAfterMs: Number(retryAfter) * 1_000 }),
  };
}
