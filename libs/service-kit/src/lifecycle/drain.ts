import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stops accepting connections, lets requests in flight finish and closes idle keep-alive connections as they become
 * idle; what is not done after `deadlineMs` is cut off.
 */
export async function drain(server: Server, deadlineMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), 20);
  const deadline = new AbortController();
  const late = sleep(deadlineMs, undefined, { signal: deadline.signal }).then(
    () => server.closeAllConnections(),
    () => undefined,
  );
  try {
    await closed;
  } finally {
    clearInterval(sweep);
    deadline.abort();
    await late;
  }
}
