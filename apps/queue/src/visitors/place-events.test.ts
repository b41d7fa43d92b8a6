import { Ending } from '@madang/service-kit';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { ADMIN, call, migrate, type Queue, startQueue } from '../../test/queue-fixture';

let infra: Infra;
let queue: Queue;
let number = 0;

beforeAll(async () => {
  infra = await startInfra({ valkey: true, postgres: { databases: ['queue'] } });
  await migrate(infra);
  queue = await startQueue(infra, { QUEUE_MOST_STREAMS: '3' });
});
afterAll(async () => {
  await queue?.app.close();
  await infra?.stop();
});

/** A room with one admission a window, of which one is used, and tickets of those who wait. */
async function madeWith(waiting: number, settings: object): Promise<{ room: string; tickets: string[] }> {
  const room = `${queue.url}/waiting-rooms/room-${++number}`;
  await call('PUT', room, ADMIN, { limit: 1, ...settings });
  await call('POST', `${room}/visitors`);
  const tickets = [];
  for (let count = 0; count < waiting; count += 1) tickets.push(String((await call('POST', `${room}/visitors`)).body['ticket']));
  return { room, tickets };
}

interface Told {
  readonly at: number;
  readonly status: string;
  readonly position: number;
}

/** As a browser does: again, each time the stream ends. */
async function listenOn(room: string, ticket: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await listen(room, ticket, signal).catch(() => []);
}

/** A client that is there, and does nothing: its connection stays open, and its system takes what comes. */
async function frozen(room: string, ticket: string): Promise<Socket> {
  const { hostname, port, pathname } = new URL(`${room}/visitors/me/events`);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nX-Waiting-Ticket: ${ticket}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

/** All events of a stream, once it has ended. */
async function listen(room: string, ticket: string, signal?: AbortSignal): Promise<Told[]> {
  const response = await fetch(`${room}/visitors/me/events`, { headers: { 'x-waiting-ticket': ticket }, ...(signal && { signal }) });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const told: Told[] = [];
  let text = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) told.push({ at: performance.now(), ...(JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? '{}') as Omit<Told, 'at'>) });
  }
  return told;
}

it('tells each change of the place as it happens, and ends with the pass', async () => {
  const { room, tickets } = await madeWith(3, { intervalMs: 60_000 });
  // In a paused room the next heartbeat is due in 14 to 26 s: what comes within four was pushed.
  await call('PUT', room, ADMIN, { mode: 'paused' });
  const listening = Promise.all(tickets.map((ticket) => listen(room, ticket)));
  await sleep(300);
  const begun = performance.now();
  await call('PUT', room, ADMIN, { mode: 'open', intervalMs: 400 });
  const streams = await listening;
  expect(performance.now() - begun).toBeLessThan(4_000);
  for (const [index, told] of streams.entries()) {
    const places = told.map(({ position }) => position);
    expect([...new Set(places)]).toEqual(Array.from({ length: index + 2 }, (_, at) => index + 1 - at));
    expect(told.at(-1)).toMatchObject({ status: 'admitted', position: 0, pass: expect.any(String) });
  }
  expect(streams.map((told) => told.at(-1)?.at)).toEqual(streams.map((told) => told.at(-1)?.at).toSorted((a = 0, b = 0) => a - b));
});

it('keeps the place of who listens, and not of who has stopped, although the connection be open', async () => {
  const { room, tickets: [listens = '', silent = '', frozenOne = '', patient = ''] } = await madeWith(4, { intervalMs: 3_000, graceMs: 800 });
  const ask = (ticket: string) => call('GET', `${room}/visitors/me`, { 'x-waiting-ticket': ticket });
  const stop = new AbortController();
  const told = listenOn(room, listens, stop.signal);
  const socket = await frozen(room, frozenOne);
  const patiently = async (ms: number): Promise<void> => {
    for (const until = performance.now() + ms; performance.now() < until; await sleep(100)) await ask(patient);
  };
  await patiently(1_500);
  expect(await ask(listens)).toMatchObject({ status: 200, body: { position: 1 } });
  stop.abort();
  await told;
  await patiently(1_700);
  // None of the three before was seen for the grace.
  expect(await ask(patient)).toMatchObject({ body: { status: 'admitted' } });
  socket.destroy();
  for (const ticket of [listens, silent, frozenOne]) expect(await ask(ticket)).toMatchObject({ status: 410 });
});

it('refuses as the other routes do, before anything is streamed', async () => {
  const { room, tickets: [ticket = ''] } = await madeWith(1, { intervalMs: 60_000 });
  const url = `${room}/visitors/me/events`;
  expect(await call('GET', url)).toMatchObject({ status: 401, body: { code: 'invalid-ticket' } });
  expect(await call('GET', url, { 'x-waiting-ticket': 'x' })).toMatchObject({ status: 401 });
  await call('DELETE', `${room}/visitors/me`, { 'x-waiting-ticket': ticket });
  expect(await call('GET', url, { 'x-waiting-ticket': ticket })).toMatchObject({ status: 410 });
});

it('opens no stream for who only looks (HEAD)', async () => {
  const { room, tickets: [ticket = ''] } = await madeWith(1, { intervalMs: 60_000 });
  const headers = { 'x-waiting-ticket': ticket };
  for (let look = 0; look < 4; look += 1) expect(await call('HEAD', `${room}/visitors/me/events`, headers)).toMatchObject({ status: 200 });
  await call('DELETE', `${room}/visitors/me`, headers);
  expect(await call('GET', `${room}/visitors/me/events`, headers)).toMatchObject({ status: 410 }); // and not: too many streams
});

it('holds so many streams of one client and no more', async () => {
  const one = await startQueue(infra, { QUEUE_MOST_STREAMS_OF_ONE: '2' });
  const { room, tickets: [ticket = ''] } = await madeWith(1, { intervalMs: 60_000 });
  const there = room.replace(queue.url, one.url);
  const sockets = [await frozen(there, ticket), await frozen(there, ticket)];
  const headers = { 'x-waiting-ticket': ticket };
  expect(await call('GET', `${there}/visitors/me/events`, headers)).toMatchObject({ status: 429, body: { code: 'too-many-streams' } });
  expect(await call('GET', `${there}/visitors/me`, headers)).toMatchObject({ status: 200 });
  for (const socket of sockets) socket.destroy();
  await call('DELETE', `${there}/visitors/me`, headers);
  for (const giveUpAt = performance.now() + 10_000; ; await sleep(50)) {
    const { status } = await call('GET', `${there}/visitors/me/events`, headers);
    if (status === 410) break; // one is free again
    if (performance.now() > giveUpAt) throw new Error(`still ${status}`);
  }
  await one.app.close();
});

it('holds so many streams and no more, and ends all when the process ends', async () => {
  const { room, tickets: [ticket = ''] } = await madeWith(1, { intervalMs: 60_000 });
  const first = new AbortController();
  const cut = listen(room, ticket, first.signal).catch(() => 'cut');
  const others = [listen(room, ticket), listen(room, ticket)];
  await sleep(200);
  const refused = await call('GET', `${room}/visitors/me/events`, { 'x-waiting-ticket': ticket });
  expect(refused).toMatchObject({ status: 503, body: { code: 'too-many-streams' } });
  expect(refused.headers.get('retry-after')).toBe('5');
  first.abort();
  expect(await cut).toBe('cut');
  await sleep(200);
  others.push(listen(room, ticket)); // one has become free
  await sleep(200);
  queue.app.get(Ending).begin();
  for (const told of await Promise.all(others)) expect(told.length).toBeGreaterThan(0);
  expect(await listen(room, ticket)).toHaveLength(1); // and who comes now is told once, and comes again
});
