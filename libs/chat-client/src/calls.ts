import type { Connection } from './connection';
import { ChatNotSentError, ChatRefusedError, ChatUnknownError, leavesOpen } from './errors';
import type { Call, InputOf, ResultOf } from './link';
import type { ChatFailure } from './protocol';
import { pause } from './waiting';

interface CallOptions {
  /** It may be said twice and happens once: an unanswered one is said again, over this connection or the next. */
  readonly repeatable: boolean;
  /** ms on the clock of `performance.now()`: it is not begun again after that. */
  readonly until: number;
}

/** The shortest pause before something is said again over the same connection. */
const LEAST_PAUSE_MS = 100;

/** Calls that outlive a connection. */
export class Calls {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether there is a connection, or will be one by then. */
  async canBegin(until: number): Promise<boolean> {
    return (await this.#connection.linkWithin(until - performance.now())) !== undefined;
  }

  /** @throws ChatRefusedError, ChatUnknownError, ChatNotSentError */
  async call<Name extends Call>(name: Name, input: InputOf<Name>, { repeatable, until }: CallOptions): Promise<ResultOf<Name>> {
    const clientMessageId = 'clientMessageId' in input ? input.clientMessageId : undefined;
    let unanswered = false;
    for (;;) {
      const link = await this.#connection.linkWithin(until - performance.now());
      if (!link) throw unanswered ? new ChatUnknownError(name, clientMessageId) : new ChatNotSentError(name);
      const reply = await link.ask(name, input);
      if (reply && 'result' in reply) return reply.result;
      if (!reply || leavesOpen(reply.failure)) unanswered = true;
      const pauseMs = pauseBefore(reply?.failure);
      const again = repeatable && pauseMs !== undefined && performance.now() + pauseMs < until;
      if (again) await pause(pauseMs);
      // A refusal says nothing about an earlier try that nobody has answered.
      else if (unanswered || !reply) throw new ChatUnknownError(name, clientMessageId);
      else throw new ChatRefusedError(reply.failure);
    }
  }
}

/** @returns undefined where it makes no sense to say it again: the server has said no, and not for how long */
function pauseBefore(failure: ChatFailure | undefined): number | undefined {
  if (!failure) return LEAST_PAUSE_MS;
  return leavesOpen(failure) || failure.retryAfterMs !== undefined ? Math.max(failure.retryAfterMs ?? 0, LEAST_PAUSE_MS) : undefined;
}
