import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Drain, drainable } from './drain';

const KEEP_ALIVE = 600;
const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

let server: Server;
let drain: Drain;
let port: number;
const clients: Socket[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server.closeAllConnections();
  server.close();
});

async function serve(answer: RequestListener = (_, response) => response.end('ok')): Promise<void> {
  server = createServer({ keepAliveTimeout: KEEP_ALIVE }, answer);
  drain = drainable(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
}

/** A bare connection: an HTTP client would hide what becomes of it. */
async function open(): Promise<{ socket: Socket; received: () => string; send: (text: string) => void; ended: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1');
  clients.push(socket);
  let text = '';
  socket.on('data', (data: Buffer) => (text += data.toString())).on('error', () => undefined);
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  return { socket, received: () => text, send: (request) => socket.write(request), ended };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

describe('a server that hands over', () => {
  it('answers a request on an idle connection, and says close', async () => {
    await serve();
    const client = await open();
    client.send(GET);
    await until(() => client.received().endsWith('ok'));
    const drained = drain.handOver(5_000);
    await sleep(KEEP_ALIVE / 2);
    client.send(GET);
    await client.ended;
    expect(client.received().match(/connection: [\w-]+/gi)).toEqual(['Connection: keep-alive', 'connection: close']);
    expect(client.received().endsWith('ok')).toBe(true);
    await drained;
  });

  it('gives the first request of a connection the same time', async () => {
    await serve();
    const client = await open();
    const drained = drain.handOver(5_000);
    await sleep(KEEP_ALIVE / 2);
    client.send(GET);
    await Promise.all([drained, client.ended]);
    expect(client.received().endsWith('ok')).toBe(true);
  });

  it('closes what has been idle for as long as was promised, and not before', async () => {
    await serve();
    const [used, unused] = [await open(), await open()];
    used.send(GET);
    await until(() => used.received().endsWith('ok'));
    const since = performance.now();
    await drain.handOver(5_000);
    expect(performance.now() - since).toBeGreaterThan(KEEP_ALIVE - 50);
    expect(performance.now() - since).toBeLessThan(KEEP_ALIVE + 1_000);
    await Promise.all([used.ended, unused.ended]);
  });

  it('waits for a request that has arrived in part', async () => {
    await serve();
    const client = await open();
    const drained = drain.handOver(5_000);
    client.send(GET.slice(0, 20));
    await sleep(KEEP_ALIVE * 1.5);
    client.send(GET.slice(20));
    await Promise.all([drained, client.ended]);
    expect(client.received().endsWith('ok')).toBe(true);
  });

  it('tells a client that waits for its answer already, and accepts nobody new', async () => {
    const answered = Promise.withResolvers<void>();
    await serve((_, response) => void answered.promise.then(() => response.end('late')));
    const client = await open();
    client.send(GET);
    await once(server, 'request');
    const drained = drain.handOver(5_000);
    await expect(open()).rejects.toThrow('ECONNREFUSED');
    answered.resolve();
    await Promise.all([drained, client.ended]);
    expect(client.received()).toMatch(/connection: close[\s\S]*late$/);
  });

  it('can be hurried: idle connections are closed at once then', async () => {
    await serve();
    const client = await open();
    client.send(GET);
    await until(() => client.received().endsWith('ok'));
    const since = performance.now();
    const drained = drain.handOver(5_000);
    await drain.atOnce(5_000);
    await drained;
    expect(performance.now() - since).toBeLessThan(KEEP_ALIVE - 100);
  });
});

it('the control: a server that ends at once lets a request on an idle connection fail', async () => {
  await serve();
  const client = await open();
  client.send(GET);
  await until(() => client.received().endsWith('ok'));
  await drain.atOnce(5_000);
  client.send(GET);
  await client.ended;
  expect(client.received().match(/HTTP\/1.1 200/g)).toHaveLength(1);
});
