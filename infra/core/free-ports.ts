import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below Linux's range for outgoing connections (32768 and up), so that no client socket takes a port between our look and its use.
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** A port looks free while whoever was given it does not listen yet, or is dead for a moment: each is given once. */
const given = new Set<number>();

/** Ports on 127.0.0.1 that nobody listens on right now, none of which this process was given before. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

/** Whether a server could listen on 127.0.0.1:`port` now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
