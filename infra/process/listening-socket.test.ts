import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../core/free-ports.ts';
import { ListeningSocket, type SharedAddress } from './listening-socket.ts';

const NEVER = new AbortController().signal;
const QUEUED = 20;
const SETTLE_MS = 200;

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanup.splice(0)) clean();
});

let address: SharedAddress;
beforeEach(async () => {
  const [port = 0] = await freePorts(1);
  address = { variable: 'WEB_PORT', host: '127.0.0.1', port };
});

async function open(): Promise<ListeningSocket> {
  const socket = await ListeningSocket.open(address, NEVER);
  cleanup.push(() => socket.close());
  return socket;
}

/** A server in a process of its own that tells its pid; `where` is what it listens on. */
async function serve(where: string, descriptors: readonly number[] = []): Promise<ChildProcess> {
  const script = `require('node:http').createServer((q, r) => r.end(String(process.pid))).listen(${where}, () => console.log('listens'))`;
  const server = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit', ...descriptors] });
  cleanup.push(() => server.kill('SIGKILL'));
  if (server.stdout) await once(server.stdout, 'data');
  return server;
}

function ask(): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ ...address, agent: false, timeout: 10_000 }, (response) => {
      response.setEncoding('utf8');
      response.once('data', resolve);
    })
      .on('timeout', () => reject(new Error('no answer')))
      .on('error', reject);
  });
}

/** Freezes the old server so that connections queue, lets a new one join and the old one die. @returns who was not answered */
async function failuresWhile(old: ChildProcess, join: () => Promise<ChildProcess>): Promise<unknown[]> {
  old.kill('SIGSTOP');
  await sleep(SETTLE_MS);
  const queued = Array.from({ length: QUEUED }, () => ask().then(() => undefined, (error: unknown) => error));
  await sleep(SETTLE_MS); // nobody answers: they are all in the queue
  await join();
  old.kill('SIGKILL');
  return (await Promise.all(queued)).filter((failure) => failure !== undefined);
}

test('connections that are queued when one process dies are accepted by the other', async () => {
  const { fd } = await open();
  const old = await serve('{ fd: 3 }', [fd]);
  expect(await failuresWhile(old, () => serve('{ fd: 3 }', [fd]))).toEqual([]);
});

test('the control: with SO_REUSEPORT they are lost', async () => {
  if (process.platform !== 'linux') return; // Node has no reusePort there: nothing to compare with
  const where = `{ host: '127.0.0.1', port: ${address.port}, reusePort: true }`;
  const old = await serve(where);
  expect(await failuresWhile(old, () => serve(where))).toHaveLength(QUEUED);
});

test('refuses connections until somebody listens, and gives the port back', async () => {
  const socket = await ListeningSocket.open(address, NEVER);
  const refused = connect(address.port, address.host);
  await expect(once(refused, 'connect')).rejects.toThrow('ECONNREFUSED');
  socket.close();
  const next = createServer().listen(address.port, address.host);
  await once(next, 'listening');
  next.close();
});

test('a stranger’s port is not shared, and is named with its variable', async () => {
  const stranger = createServer().listen(address.port, address.host);
  await once(stranger, 'listening');
  cleanup.push(() => stranger.close());
  await expect(ListeningSocket.open(address, NEVER)).rejects.toThrow(`port ${address.port} (WEB_PORT) to be free: not within 1 s (last failure: another process listens there)`);
});

test('nobody can join who was not given the socket', async () => {
  const { fd } = await open();
  await serve('{ fd: 3 }', [fd]);
  const stranger = createServer();
  stranger.listen({ ...address, reusePort: true });
  await expect(once(stranger, 'listening')).rejects.toThrow('EADDRINUSE');
});
