import type { ChatFailure } from '@madang/chat-client';
import { Injectable, Logger } from '@nestjs/common';
import { SpanKind, trace } from '@opentelemetry/api';
import { callSeconds, cutOffTotal, refusedTotal } from '../chat.metrics';
import { ActiveMembers } from '../members/active-members';
import { type ChatSocket, cutOff } from './chat-server';
import { CallRefused, failureOf, unauthorized, unavailable } from './failure';
import { MemberLimiter } from './member-limiter';
import { type SocketCall, SocketCalls } from './socket-calls';
import { leavesTooMuchUnread, MOST_IN_FLIGHT } from './unread';

type Acknowledge = (answer: object) => void;

interface Asked {
  readonly call: SocketCall | undefined;
  readonly input: readonly unknown[];
  /** Calls of the socket that wait for their answers. */
  readonly others: number;
  /** What has to be done first; never rejects. */
  readonly before: Promise<void> | undefined;
}

/** Each packet of a client comes by here. Whatever it is: it is answered, or its sender is sent away. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger(Dispatcher.name);
  private readonly inFlight = new Map<ChatSocket, Map<Promise<void>, string | undefined>>();
  private ending = false;

  constructor(
    private readonly calls: SocketCalls,
    private readonly limiter: MemberLimiter,
    private readonly members: ActiveMembers,
  ) {}

  /** From now on calls are refused; those in flight go on. */
  end(): void {
    this.ending = true;
  }

  /** Resolves when every call of the socket is answered. */
  async idle(socket: ChatSocket): Promise<void> {
    const running = this.inFlight.get(socket);
    if (running) await Promise.all(running.keys());
  }

  dispatch(socket: ChatSocket, event: unknown, received: readonly unknown[]): void {
    if (leavesTooMuchUnread(socket)) {
      // In the second until the sweep looks again a member can ask for a great deal.
      cutOffTotal.inc({ reason: 'slow' });
      cutOff(socket);
      return;
    }
    const last = received.at(-1);
    const answer = typeof last === 'function' ? (last as Acknowledge) : undefined;
    const input = answer ? received.slice(0, -1) : received;
    const call = this.calls.named(event);
    if (!answer && !call?.quiet) {
      // Nothing can be said to whoever does not listen.
      cutOffTotal.inc({ reason: 'protocol' });
      socket.disconnect(true);
      return;
    }
    const running = this.inFlight.get(socket) ?? new Map<Promise<void>, string | undefined>();
    this.inFlight.set(socket, running);
    // What enters and leaves a room comes in the order in which it was said.
    const room = call?.moves ? roomOf(input) : undefined;
    const before = room === undefined ? undefined : [...running].findLast(([, other]) => other === room)?.[0];
    const work = this.answer(socket, { call, input, others: running.size, before }, answer).finally(() => {
      running.delete(work);
      if (running.size === 0) this.inFlight.delete(socket);
    });
    running.set(work, room);
  }

  private async answer(socket: ChatSocket, asked: Asked, answer: Acknowledge | undefined): Promise<void> {
    const name = asked.call?.name ?? 'unknown';
    const end = callSeconds.startTimer({ event: name });
    try {
      const result = await trace.getTracer('chat').startActiveSpan(name, { kind: SpanKind.SERVER }, async (span) => {
        try {
          return await this.run(socket, asked);
        } finally {
          span.end();
        }
      });
      answer?.(result);
    } catch (error) {
      this.refuse(socket, error, answer);
    } finally {
      end();
    }
  }

  private async run(socket: ChatSocket, { call, input, others, before }: Asked): Promise<object> {
    const { memberId, expiresAt } = socket.data;
    if (this.ending) throw unavailable('This node ends. Connect again.', 100);
    if (others >= MOST_IN_FLIGHT) throw new CallRefused({ code: 'too-many-calls', title: `A socket can wait for ${MOST_IN_FLIGHT} answers.`, retryAfterMs: 100 });
    if (Date.now() >= expiresAt) throw unauthorized('The token has expired. Sign in again.');
    await this.limiter.take(memberId);
    if (!call) throw new CallRefused({ code: 'unknown-event', title: 'There is no such call.' });
    if (input.length !== 1) throw new CallRefused({ code: 'invalid-arguments', title: 'A call takes one object.' });
    const prepared = call.prepare(input[0]);
    if (!call.locksMember && !(await this.members.isActive(memberId))) throw unauthorized('This member has withdrawn.');
    await before;
    return prepared(socket);
  }

  private refuse(socket: ChatSocket, error: unknown, answer: Acknowledge | undefined): void {
    const failure: ChatFailure = failureOf(error);
    refusedTotal.inc({ what: 'call', code: failure.code });
    if (failure.code === 'internal-error') this.logger.error(error);
    else if (failure.code === 'unavailable') this.logger.warn(`A call is not answered: ${error instanceof Error ? error.message : String(error)}`);
    answer?.({ error: failure });
    if (failure.code !== 'unauthorized') return;
    cutOffTotal.inc({ reason: 'unauthorized' });
    socket.disconnect(true);
  }
}

/** As it was said, unchecked; in the case in which rooms are written. */
function roomOf([said]: readonly unknown[]): string | undefined {
  const { roomId } = Object(said) as { readonly roomId?: unknown };
  return typeof roomId === 'string' ? roomId.toLowerCase() : undefined;
}
