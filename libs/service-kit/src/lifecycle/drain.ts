import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between looks for connections that became idle. */
const SWEEP_INTERVAL = 20;

/**
 * Prepares a server for its end. Call it before the server listens; the function it returns then stops accepting
 * connections, lets requests in flight finish, closes every connection as it becomes idle, and after `deadlineMs` cuts
 * off what is not done.
 */
export function drainable(server: Server): (deadlineMs: number) => Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  const sweep = (): void => {
    server.closeIdleConnections();
    // Node counts a connection as idle only after its first request; browsers open spare ones that never send any.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };

  return async (deadlineMs) => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
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
}
