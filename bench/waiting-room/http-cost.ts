import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { median, quantile } from '../percentiles.ts';
import type { FilledRoom } from './fill.ts';
import type { Order } from './http-app.ts';
import { load } from './load.ts';
import { inTurn } from './script-cost.ts';

export interface HttpCost {
  /** Of the process's connection to Redis. */
  readonly connection: string;
  readonly pollsPerSecond: number;
  readonly getsPerSecond: number;
  /** In the same round, the median. */
  readonly ratio: number;
  /** Of a route with an empty script that has the keys and arguments of a poll: what polls could be at most if each were a call of its own. */
  readonly scriptRatio: number;
  readonly p99: number;
}

/** A route that polls beside one that does a GET, of the same application, in turns. */
export async function httpCost(url: string, room: FilledRoom, { rounds, turnMs, connections }: { rounds: number; turnMs: number; connections: number }): Promise<HttpCost[]> {
  const app = fork(join(import.meta.dirname, 'http-app.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const address = new URL(await addressOf(app, { url, room: room.name }));
    const sockets = await Promise.all(Array.from({ length: connections }, () => opened(address)));
    const next = inTurn(room.tickets);
    const turn = (path: string) => load(sockets.map((socket) => () => get(socket, path, next())), turnMs);
    const results = [];
    for (const connection of ['plain', 'pipelined']) {
      const [gets, scripts, polls, took]: [number[], number[], number[], number[]] = [[], [], [], []];
      for (let round = -2; round < rounds; round += 1) {
        const floor = await turn(`/${connection}/floor`);
        const script = await turn(`/${connection}/script`);
        const poll = await turn(`/${connection}/poll`);
        if (round < 0) continue;
        gets.push(floor.callsPerSecond);
        scripts.push(script.callsPerSecond);
        polls.push(poll.callsPerSecond);
        took.push(...poll.took);
      }
      const ofGets = (speeds: readonly number[]): number => median(speeds.map((speed, round) => speed / (gets[round] ?? Number.NaN)));
      results.push({ connection, pollsPerSecond: median(polls), getsPerSecond: median(gets), ratio: ofGets(polls), scriptRatio: ofGets(scripts), p99: quantile(took, 0.99) });
    }
    for (const socket of sockets) socket.destroy();
    return results;
  } finally {
    app.disconnect();
    await once(app, 'exit');
  }
}

async function addressOf(app: ChildProcess, order: Order): Promise<string> {
  app.send(order);
  const [address] = (await once(app, 'message')) as [string];
  return address;
}

async function opened({ hostname, port }: URL): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** By hand: a client library would cost as much as the server that is measured, on the same two cores. */
function get(socket: Socket, path: string, ticket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('data', (answer: Buffer) => {
      const text = answer.toString('latin1');
      if (text.startsWith('HTTP/1.1 200') && text.endsWith('}')) resolve();
      else reject(new Error(`Not what was asked for: ${text}`));
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Waiting-Ticket: ${ticket}\r\n\r\n`);
  });
}
