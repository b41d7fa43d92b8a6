import type { ChatFailure } from '@madang/chat-client';
import { Injectable, Logger } from '@nestjs/common';
import { SpanKind, trace } from '@opentelemetry/api';
import { callSeconds, cutOffTotal, refusedTotal } from '../chat.metrics';
import { ActiveMembers } from '../members/active-members';
import type { ChatSocket } from './chat-server';
import { CallRefused, failureOf, unauthorized, unavailable } from './failure';
import { MemberLimiter } from './member-limiter';
import { type SocketCall, SocketCalls } from './socket-calls';

/** Calls of a socket that wait for their answers. */
const MOST_IN_FLIGHT = 32;

type Acknowledge = (answer: object) => void;

/** Each packet of a client comes by here. Whatever it is: it is answered, or its sender is sent away. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger(Dispatcher.name);
  private readonly inFlight = new Map<ChatSocket, Set<Promise<void>>>();
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
    if (running) await Promise.all(running);
  }

  dispatch(socket: ChatSocket, event: unknown, received: readonly unknown[]): void {
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
    const running = this.inFlight.get(socket) ?? new Set();
    this.inFlight.set(socket, running);
    const work = this.answer(socket, call, input, running.size, answer).finally(() => {
      running.delete(work);
      if (running.size === 0) this.inFlight.delete(socket);
    });
    running.add(work);
  }

  private async answer(socket: ChatSocket, call: SocketCall | undefined, input: readonly unknown[], others: number, answer: Acknowledge | undefined): Promise<void> {
    const name = call?.name ?? 'unknown';
    const end = callSeconds.startTimer({ event: name });
    try {
      const result = await trace.getTracer('chat').startActiveSpan(name, { kind: SpanKind.SERVER }, async (span) => {
        try {
          return await this.run(socket, call, input, others);
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

  private async run(socket: ChatSocket, call: SocketCall | undefined, input: readonly unknown[], others: number): Promise<object> {
    const { memberId, expiresAt } = socket.data;
    if (this.ending) throw unavailable('This node ends. Connect again.', 100);
    if (others >= MOST_IN_FLIGHT) throw new CallRefused({ code: 'too-many-calls', title: `A socket can wait for ${MOST_IN_FLIGHT} answers.`, retryAfterMs: 100 });
    if (Date.now() >= expiresAt) throw unauthorized('The token has expired. Sign in again.');
    await this.limiter.take(memberId);
    if (!call) throw new CallRefused({ code: 'unknown-event', title: 'There is no such call.' });
    if (input.length !== 1) throw new CallRefused({ code: 'invalid-arguments', title: 'A call takes one object.' });
    const prepared = call.prepare(input[0]);
    if (!call.locksMember && !(await this.members.isActive(memberId))) throw unauthorized('This member has withdrawn.');
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
