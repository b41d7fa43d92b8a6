import { RoomStore, type PublishedAdmission, verifyAdmissions, verifyPublishedLog } from '@madang/waiting-room';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { ADMIN, type Answer, call, migrate, type Queue, startQueue } from '../test/queue-fixture';

let infra: Infra;
let queue: Queue;
let number = 0;

beforeAll(async () => {
  infra = await startInfra({ valkey: true, postgres: { databases: ['queue'] } });
  await migrate(infra);
  queue = await startQueue(infra);
});
afterAll(async () => {
  await queue?.app.close();
  await infra?.stop();
});

async function made(limit: number, intervalMs: number, more: object = {}): Promise<string> {
  const url = `${queue.url}/waiting-rooms/room-${++number}`;
  expect(await call('PUT', url, ADMIN, { limit, intervalMs, ...more })).toMatchObject({ status: 200 });
  return url;
}

function enter(room: string, ticket?: string): Promise<Answer> {
  return call('POST', `${room}/visitors`, ticket === undefined ? {} : { 'x-waiting-ticket': ticket });
}

function me(room: string, ticket: unknown, method = 'GET'): Promise<Answer> {
  return call(method, `${room}/visitors/me`, { 'x-waiting-ticket': String(ticket) });
}

const altered = (text: string): string => text.slice(0, -10) + (text.at(-10) === 'A' ? 'B' : 'A') + text.slice(-9);

// First: a second service in this process takes the gauges over.
it('tells Prometheus how many wait, were admitted and refused', async () => {
  const room = await made(1, 60_000);
  const { pass } = (await enter(room)).body;
  await enter(room);
  await me(room, 'x');
  await call('GET', `${queue.url}/event-products/1/order`, { 'x-waiting-pass': String(pass) });
  const { text } = await call('GET', `${queue.url}/metrics`);
  const name = room.split('/').at(-1);
  expect(text).toContain(`queue_waiting_visitors{room="${name}"} 1`);
  expect(text).toContain(`queue_admissions_total{room="${name}"} 1`);
  expect(text).toContain(`queue_wait_seconds_count{room="${name}"} 1`);
  expect(text).toMatch(/queue_refused_total\{what="ticket",reason="invalid-ticket"\} [1-9]/);
  expect(text).toMatch(/queue_refused_total\{what="pass",reason="err-jwt-claim-validation-failed"\} [1-9]/);
  expect(text).toMatch(/queue_store_append_seconds_count [1-9]/);
});

describe('rooms', () => {
  it('has the one of event products from the start', async () => {
    expect(await call('GET', `${queue.url}/health/ready`)).toMatchObject({ status: 200 });
    expect(await call('GET', `${queue.url}/waiting-rooms/event-product`)).toMatchObject({ status: 200, body: { limit: 10, intervalMs: 5_000, mode: 'open', waiting: 0, admitted: 0 } });
  });

  it('are made and changed by the admin alone, and keep what a change leaves out', async () => {
    const room = await made(3, 1_000, { graceMs: 9_000, opensAt: Date.now() + 60_000 });
    expect(await call('PUT', room, {}, { limit: 1 })).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect(await call('PUT', room, ADMIN, { mode: 'paused', opensAt: null })).toMatchObject({ status: 200, body: { limit: 3, intervalMs: 1_000, graceMs: 9_000, mode: 'paused', opensAt: null, version: 2 } });
    expect(await call('PUT', room, ADMIN, { limit: 5 })).toMatchObject({ body: { limit: 5, mode: 'paused', graceMs: 9_000, opensAt: null } });
    const other = await startQueue(infra);
    expect(await call('GET', room.replace(queue.url, other.url))).toMatchObject({ body: { limit: 5, version: 3 } });
    await Promise.all([call('PUT', room, ADMIN, { limit: 6 }), call('PUT', room.replace(queue.url, other.url), ADMIN, {})]);
    expect(await call('GET', room.replace(queue.url, other.url))).toMatchObject({ body: { limit: 6, version: 4 } });
    await other.app.close();
  });

  it.each([[{ limit: 1 }], [{ limit: 0, intervalMs: 100 }], [{ limit: 1, intervalMs: 1.5 }], [{ limit: 1, intervalMs: 100, seed: 'mine' }], [{ limit: 1, intervalMs: 100, mode: 'ajar' }]])(
    'refuse %j',
    async (settings) => {
      expect(await call('PUT', `${queue.url}/waiting-rooms/new`, ADMIN, settings)).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
      expect(await call('GET', `${queue.url}/waiting-rooms/new`)).toMatchObject({ status: 404, body: { code: 'room-not-found' } });
    },
  );

  it('name each setting that is none, also of a new room', async () => {
    const fields = async (settings: object): Promise<unknown> => {
      const { status, body } = await call('PUT', `${queue.url}/waiting-rooms/new`, ADMIN, settings);
      return [status, (body['errors'] as { field: string }[]).map(({ field }) => field)];
    };
    expect(await fields({ limit: 0, intervalMs: 1e9, graceMs: 1 })).toEqual([400, ['limit', 'intervalMs', 'graceMs']]);
    expect(await fields({ mode: 'paused' })).toEqual([400, ['limit', 'intervalMs']]);
  });

  it('are documented with their bounds, and with an example that resets nothing', async () => {
    const { components } = (await call('GET', `${queue.url}/docs-json`)).body as { components: { schemas: Record<string, { example: object; properties: Record<string, object> }> } };
    expect(components.schemas['RoomChange']).toMatchObject({ example: { limit: 10, intervalMs: 5_000 }, properties: { limit: { minimum: 1, maximum: 10_000 }, graceMs: { minimum: 100, maximum: 86_400_000 } } });
  });

  it('keep the seed of a draw secret until the opening, but promise it', async () => {
    const room = await made(1, 100, { opensAt: Date.now() + 700 });
    const before = await call('GET', room);
    expect(before).toMatchObject({ body: { seed: null, seedSha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    await sleep(750);
    const { seed, seedSha256 } = (await call('GET', room)).body;
    expect(createHash('sha256').update(String(seed)).digest('hex')).toBe(before.body['seedSha256']);
    expect(seedSha256).toBe(before.body['seedSha256']);
  });
});

describe('visitors', () => {
  it('enter at once where nobody waits, wait in order where somebody does, and keep their place by their ticket', async () => {
    const room = await made(1, 500);
    const first = await enter(room);
    expect(first).toMatchObject({ status: 201, body: { status: 'admitted', position: 0, etaMs: 0, pollAfterMs: 0, ticket: expect.any(String), pass: expect.any(String), admittedAt: expect.any(Number) } });
    const second = await enter(room);
    expect(second).toMatchObject({ status: 201, body: { status: 'waiting', position: 1, ticket: expect.any(String), etaMs: expect.any(Number), pollAfterMs: expect.any(Number) } });
    expect(second.body).not.toHaveProperty('pass');
    expect(second.headers.get('cache-control')).toBe('no-store');
    const third = await enter(room);
    expect(third.body['position']).toBe(2);
    const { ticket } = second.body;
    expect(await enter(room, String(ticket))).toMatchObject({ status: 201, body: { position: 1, ticket } });
    await sleep(520);
    const turn = await me(room, ticket);
    expect(turn).toMatchObject({ status: 200, body: { status: 'admitted', position: 0, ticket } });
    expect((await me(room, ticket)).body).toEqual(turn.body);
    expect(await me(room, third.body['ticket'])).toMatchObject({ body: { position: 1 } });
  });

  it('give their place up: 204, and then it is gone', async () => {
    const room = await made(1, 60_000);
    await enter(room);
    const { ticket } = (await enter(room)).body;
    expect(await me(room, ticket, 'DELETE')).toMatchObject({ status: 204, text: '' });
    expect(await me(room, ticket, 'DELETE')).toMatchObject({ status: 204 });
    for (const answer of [await me(room, ticket), await enter(room, String(ticket))]) expect(answer).toMatchObject({ status: 410, body: { code: 'place-gone' } });
  });

  it('need a ticket of this room that nobody has altered', async () => {
    const [room, other] = [await made(1, 60_000), await made(1, 60_000)];
    const ticket = String((await enter(room)).body['ticket']);
    const refused = { status: 401, body: { code: 'invalid-ticket' } };
    for (const bad of [altered(ticket), ticket.replace(/\.(\d+)\./, (_, time) => `.${Number(time) - 1}.`), 'x', '']) {
      expect(await me(room, bad)).toMatchObject(refused);
      expect(await me(room, bad, 'DELETE')).toMatchObject(refused);
      expect(await enter(room, bad)).toMatchObject(refused);
    }
    expect(await me(other, ticket)).toMatchObject(refused);
    expect(await call('GET', `${room}/visitors/me`)).toMatchObject(refused);
  });

  it('find no room that was not made, and none that is closed', async () => {
    const nowhere = `${queue.url}/waiting-rooms/nowhere`;
    for (const answer of [await enter(nowhere), await call('GET', nowhere), await call('GET', `${nowhere}/admissions`)]) expect(answer).toMatchObject({ status: 404, body: { code: 'room-not-found' } });
    expect(await call('GET', `${queue.url}/waiting-rooms/No_Name`)).toMatchObject({ status: 400 });
    expect(await enter(await made(1, 1_000, { mode: 'draining' }))).toMatchObject({ status: 409, body: { code: 'room-closed' } });
  });

  it('pass through uncounted where nothing is managed', async () => {
    const room = await made(1, 60_000, { mode: 'pass-through' });
    for (let count = 0; count < 3; count += 1) expect(await enter(room)).toMatchObject({ status: 201, body: { status: 'admitted', ticket: null, pass: expect.any(String) } });
    expect(await call('GET', room)).toMatchObject({ body: { admitted: 0 } });
  });
});

it('publishes a log that anybody can verify, and signs its end', async () => {
  const room = await made(2, 200);
  const tickets = [];
  for (let count = 0; count < 5; count += 1) tickets.push((await enter(room)).body['ticket']);
  for (let count = 0; count < 5; count += 1) {
    for (const ticket of tickets) await me(room, ticket);
    await sleep(110);
  }
  const log = await call('GET', `${room}/admissions`);
  const items = log.body['items'] as PublishedAdmission[];
  expect(items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  expect(items.map(({ visitorSha1 }) => visitorSha1)).toEqual(tickets.map((ticket) => createHash('sha1').update(String(ticket).split('.')[3] ?? '').digest('hex')));
  expect(verifyAdmissions(items)).toEqual([]);
  expect(verifyAdmissions(items.toSpliced(2, 1, { ...(items[2] as PublishedAdmission), admittedAt: 1 }))).toContainEqual({ kind: 'altered', seq: 3 });
  const verified = await verifyPublishedLog(new URL(room));
  expect(verified).toEqual({ admissions: 5, faults: [], isSigned: true, head: { seq: 5, hash: items[4]?.hash } });
  expect(await verifyPublishedLog(new URL(room), verified.head)).toEqual({ ...verified, admissions: 0 });
  expect((await verifyPublishedLog(new URL(room), { seq: 3, hash: 'another past' })).faults).toContainEqual({ kind: 'altered', seq: 4 });
  expect((await verifyPublishedLog(new URL(room), { seq: 9, hash: 'a past that was longer' })).isSigned).toBe(false);
  const page = await call('GET', `${room}/admissions?after=3&limit=1`);
  expect(page.body['items']).toEqual([items[3]]);
  const keys = createLocalJWKSet((await call('GET', `${queue.url}/.well-known/jwks.json`)).body as unknown as JSONWebKeySet);
  const head = await compactVerify(String(page.body['head']), keys);
  expect(JSON.parse(new TextDecoder().decode(head.payload))).toEqual({ room: room.split('/').at(-1), seq: 5, hash: items[4]?.hash });
  // It is no pass, although the same key has signed it.
  expect(await call('GET', `${queue.url}/event-products/1/order`, { 'x-waiting-pass': String(log.body['head']) })).toMatchObject({ status: 401 });
});

it('lets a few read the log at once, so that those who read leave the store to those who wait', async () => {
  const room = await made(1, 60_000);
  const store = queue.app.get(RoomStore);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const after = jest.spyOn(store, 'after').mockImplementation(async () => {
    await released;
    return [];
  });
  const reads = Array.from({ length: 20 }, () => call('GET', `${room}/admissions`));
  const refused: Answer[] = [];
  for (const read of reads) void read.then((answer) => refused.push(answer));
  while (refused.length < 17) await sleep(10); // those that are let in wait
  for (const { status, headers, body } of refused) expect([status, body['code'], headers.get('retry-after')]).toEqual([503, 'too-many-readers', '1']);
  expect(await enter(room)).toMatchObject({ status: 201 });
  const verified = verifyPublishedLog(new URL(room)); // which comes again when it is told to
  release();
  expect((await Promise.all(reads)).filter(({ status }) => status === 200)).toHaveLength(3);
  after.mockRestore();
  expect(await verified).toMatchObject({ faults: [], isSigned: true });
});

describe('the order page', () => {
  async function pass(): Promise<string> {
    return String((await enter(`${queue.url}/waiting-rooms/event-product`)).body['pass']);
  }

  it('answers to a pass of its room alone', async () => {
    const [good, other] = [await pass(), String((await enter(await made(1, 1_000))).body['pass'])];
    const page = `${queue.url}/event-products/1/order`;
    expect(await call('GET', page, { 'x-waiting-pass': good })).toMatchObject({ status: 200, body: { eventProductId: '1', order: null } });
    expect(await call('GET', page, { cookie: `a=b; waiting-pass-event-product=${good}` })).toMatchObject({ status: 200 });
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${good.split('.')[1]}.`;
    for (const bad of [other, altered(good), unsigned, 'x', '']) {
      expect(await call('GET', page, { 'x-waiting-pass': bad })).toMatchObject({ status: 401, body: { status: 401 } });
      expect(await call('POST', `${page}s`, { 'x-waiting-pass': bad })).toMatchObject({ status: 401 });
    }
    expect(await call('GET', page)).toMatchObject({ status: 401 });
    expect(await call('GET', `${queue.url}/event-products/A_B/order`, { 'x-waiting-pass': good })).toMatchObject({ status: 400 });
  });

  it('takes one order a pass, however many come at once', async () => {
    const headers = { 'x-waiting-pass': await pass() };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => call('POST', `${queue.url}/event-products/${at % 3}/orders`, headers)));
    const [order, ...none] = answers.filter(({ status }) => status === 201);
    expect(none).toEqual([]);
    const { id } = order?.body ?? {};
    const refused = answers.filter((answer) => answer !== order).map(({ status, body }) => [status, body['code'], body['orderId']]);
    expect(refused).toEqual(Array.from({ length: 19 }, () => [409, 'already-ordered', id]));
    expect(await call('GET', `${queue.url}/event-products/1/order`, headers)).toMatchObject({ body: { order: { id } } });
  });
});
