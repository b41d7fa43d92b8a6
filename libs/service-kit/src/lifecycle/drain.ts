import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between looks for connections that may be closed. */
const SWEEP_INTERVAL = 20;

/** How a server stops. */
export interface Drain {
  /**
   * Accepts no more connections, lets requests in flight finish, closes every connection as it becomes idle, and after
   * `deadlineMs` cuts off what is not done.
   */
  atOnce(deadlineMs: number): Promise<void>;
  /**
   * The same for a server whose successor accepts on the same socket: no client shall notice. Each answer says
   * `connection: close`, and an idle connection is closed only when it has been idle for as long as the `keep-alive`
   * header has promised: before that, a request may be on its way. {@link atOnce} may still be called.
   */
  handOver(deadlineMs: number): Promise<void>;
}

interface Connection {
  /** Answers that are not finished. */
  readonly answers: Set<ServerResponse>;
  idleSince: number;
  /** What it had received by then: more means that a request is arriving. */
  bytesWhenIdle: number;
}

/** Prepares a server for its end. Call it before the server listens. */
export function drainable(server: Server): Drain {
  const connections = new Map<Socket, Connection>();
  let draining = false;
  server.on('connection', (socket) => {
    connections.set(socket, { answers: new Set(), idleSince: performance.now(), bytesWhenIdle: 0 });
    socket.once('close', () => connections.delete(socket));
  });
  // Before the service sees the request: it may answer at once.
  server.prependListener('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
    const connection = connections.get(socket);
    if (draining) answer.setHeader('connection', 'close');
    connection?.answers.add(answer);
    answer.once('close', () => {
      connection?.answers.delete(answer);
      if (connection) Object.assign(connection, { idleSince: performance.now(), bytesWhenIdle: socket.bytesRead });
    });
  });

  const closeIdle = (): void => {
    server.closeIdleConnections();
    // Node counts a connection as idle only after its first request; browsers open spare ones that never send any.
    for (const socket of connections.keys()) if (socket.bytesRead === 0) socket.destroy();
  };
  const closeExpired = (): void => {
    const expired = performance.now() - server.keepAliveTimeout;
    for (const [socket, { answers, idleSince, bytesWhenIdle }] of connections) {
      if (answers.size === 0 && idleSince < expired && socket.bytesRead === bytesWhenIdle) socket.destroy();
    }
  };
  const sayClose = (): void => {
    draining = true;
    for (const { answers } of connections.values()) {
      for (const answer of answers) if (!answer.headersSent) answer.setHeader('connection', 'close');
    }
  };

  let closed: Promise<void> | undefined;
  const drain = async (sweep: () => void, deadlineMs: number): Promise<void> => {
    if (!server.listening && closed === undefined) return;
    sayClose();
    // Not the method of http.Server: it closes idle connections at once.
    closed ??= new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    sweep();
    const sweeping = setInterval(sweep, SWEEP_INTERVAL);
    const done = new AbortController();
    const late = sleep(deadlineMs, undefined, { signal: done.signal }).then(
      () => server.closeAllConnections(),
      () => undefined,
    );
    await closed;
    clearInterval(sweeping);
    done.abort();
    await late;
  };
  return {
    atOnce: (deadlineMs) => drain(closeIdle, deadlineMs),
    handOver: (deadlineMs) => drain(closeExpired, deadlineMs),
  };
}
