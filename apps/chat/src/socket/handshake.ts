import { TokenVerifier } from '@madang/service-kit';
import { Injectable } from '@nestjs/common';
import { decodeJwt } from 'jose';
import type { IncomingMessage } from 'node:http';
import { refusedTotal } from '../chat.metrics';
import { type ChatServer, type ChatSocket, memberChannelOf } from './chat-server';
import { CallRefused, failureOf, unauthorized, unavailable } from './failure';

export interface HandshakeLimits {
  /** Pages that may open a socket besides those of the loopback. */
  readonly origins: readonly string[];
  readonly mostSockets: number;
  readonly mostSocketsAMember: number;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Who may open a socket: members with a token, from pages that may. */
@Injectable()
export class Handshake {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly limits: HandshakeLimits,
  ) {}

  /** Before the connection is upgraded. @returns why not, in a word; undefined if it may be */
  refusal({ headers: { origin } }: IncomingMessage, open: number): string | undefined {
    const reason = open >= this.limits.mostSockets ? 'node-full' : this.isWelcome(origin) ? undefined : 'origin';
    if (reason) refusedTotal.inc({ what: 'handshake', code: reason });
    return reason;
  }

  /** @throws the error that the client gets as `connect_error`, with the failure as its `data` */
  async admit(io: ChatServer, socket: ChatSocket): Promise<void> {
    try {
      const token: unknown = socket.handshake.auth['token'];
      if (typeof token !== 'string') throw unauthorized('Connect with auth: { token }.');
      const { memberId } = await this.verifier.verify(token);
      if ((io.sockets.adapter.rooms.get(memberChannelOf(memberId))?.size ?? 0) >= this.limits.mostSocketsAMember) {
        throw new CallRefused({ code: 'too-many-sockets', title: 'This member has as many sockets as a node holds for one.', retryAfterMs: 10_000 });
      }
      const { exp } = decodeJwt(token);
      if (exp === undefined) throw unauthorized('The token has no end.');
      socket.data = { memberId, expiresAt: exp * 1_000 };
    } catch (error) {
      const failure = failureOf(error);
      refusedTotal.inc({ what: 'handshake', code: failure.code });
      throw Object.assign(new Error(failure.title), { data: failure });
    }
  }

  /** While the node ends. */
  tooLate(): Error {
    return Object.assign(new Error('This node ends.'), { data: unavailable('This node ends. Connect again.', 100).failure });
  }

  private isWelcome(origin: string | undefined): boolean {
    if (origin === undefined) return true; // no browser
    return this.limits.origins.includes(origin) || LOOPBACK.has(URL.parse(origin)?.hostname ?? '');
  }
}
