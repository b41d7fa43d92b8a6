import { Ending } from '@madang/service-kit';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { createAdapter } from '@socket.io/redis-adapter';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server, type ServerOptions } from 'socket.io';
import { cutOffTotal, resyncsTotal, socketsGauge } from '../chat.metrics';
import { PresenceService } from '../presence/presence.service';
import { type ChatServer, type ChatSocket, cutOff, memberChannelOf, roomsOf } from './chat-server';
import { Dispatcher } from './dispatcher';
import { FanOut } from './fan-out';
import { Handshake } from './handshake';
import { connectionOf } from './socket-calls';
import { SocketSweep } from './socket-sweep';
import { ValkeyLinks } from './valkey-links';

/** For the answers in flight, and then again for clients to say good-bye. */
const ANSWERS_MS = 6_000;
const GOODBYE_MS = 1_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Websocket only, so that no two requests of a client have to find the same node. What a packet may hold is a message of the greatest length, escaped. */
const OPTIONS: Partial<ServerOptions> = {
  transports: ['websocket'],
  allowUpgrades: false,
  serveClient: false,
  maxHttpBufferSize: 16 * 1024,
  connectTimeout: 5_000,
};

/** socket.io on the HTTP server that Nest has. */
@Injectable()
export class SocketServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SocketServer.name);
  private io: ChatServer | undefined;
  private leaving: Promise<void> | undefined;
  private readonly asked = new WeakSet<object>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly valkey: ValkeyLinks,
    private readonly fanOut: FanOut,
    private readonly handshake: Handshake,
    private readonly dispatcher: Dispatcher,
    private readonly presence: PresenceService,
    private readonly sweep: SocketSweep,
    ending: Ending,
  ) {
    ending.signal.addEventListener('abort', () => void this.leave());
  }

  onApplicationBootstrap(): void {
    // Nest calls it once for the event bus and once for the application: a second server on one port ends the process at the first upgrade.
    if (this.io) return;
    const { publisher, subscriber } = this.valkey.forAdapter;
    const io: ChatServer = new Server(this.host.httpAdapter.getHttpServer(), {
      ...OPTIONS,
      adapter: createAdapter(publisher, subscriber),
      allowRequest: (request, decide) => {
        const refusal = this.handshake.refusal(request, io.engine.clientsCount);
        decide(refusal, refusal === undefined);
      },
    });
    io.use((socket, next) => {
      if (!this.isFirst(socket)) cutOff(socket);
      else if (this.leaving) next(this.handshake.tooLate());
      else this.handshake.admit(io, socket).then(() => next(), next);
    });
    io.on('connection', (socket) => this.welcome(socket));
    this.valkey.watch(
      () => this.resync(io.local),
      () => this.resync(io),
    );
    this.sweep.start(io);
    this.fanOut.attach(io);
    this.io = io;
  }

  /** Where the process ends without a signal (tests). */
  async beforeApplicationShutdown(): Promise<void> {
    await this.leave();
  }

  /** A connection has one socket: whoever asks for another one over it, also after a refusal, has to begin anew. */
  private isFirst({ conn }: ChatSocket): boolean {
    if (this.asked.has(conn)) return false;
    this.asked.add(conn);
    return true;
  }

  private welcome(socket: ChatSocket): void {
    const { memberId, expiresAt } = socket.data;
    socketsGauge.inc();
    void socket.join(memberChannelOf(memberId));
    const expiry = setTimeout(() => {
      cutOffTotal.inc({ reason: 'expired' });
      socket.disconnect(true);
    }, Math.min(Math.max(0, expiresAt - Date.now()), LONGEST_TIMER_MS));
    socket.onAny((event: unknown, ...received: unknown[]) => this.dispatcher.dispatch(socket, event, received));
    socket.on('error', (error) => this.logger.debug(String(error)));
    socket.on('disconnecting', () => void this.presence.gone(connectionOf(socket), roomsOf(socket)));
    socket.on('disconnect', () => {
      clearTimeout(expiry);
      socketsGauge.dec();
    });
    if (this.leaving) socket.conn.close(); // admitted just before
  }

  private resync(to: { emit: (event: 'resync') => boolean }): void {
    resyncsTotal.inc();
    to.emit('resync');
  }

  /**
   * What is in flight is answered, then each connection is closed (not the client sent away: it connects again by itself,
   * to whoever listens now). The HTTP server waits for that.
   */
  private leave(): Promise<void> {
    this.leaving ??= this.closeAll();
    return this.leaving;
  }

  private async closeAll(): Promise<void> {
    const { io } = this;
    this.dispatcher.end();
    this.sweep.stop();
    if (!io) return;
    const sockets = [...io.sockets.sockets.values()];
    await Promise.all(
      sockets.map(async (socket) => {
        await Promise.race([this.dispatcher.idle(socket), sleep(ANSWERS_MS, undefined, { ref: false })]);
        socket.conn.close();
      }),
    );
    const giveUpAt = performance.now() + GOODBYE_MS;
    while (io.engine.clientsCount > 0 && performance.now() < giveUpAt) await sleep(20);
    for (const socket of sockets) cutOff(socket);
    io.engine.close(); // those that have not said yet who they are, too
  }
}
