import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { ADMIN, type Answer, call, migrate, type Queue, startQueue } from '../../test/queue-fixture';

let infra: Infra;
let queue: Queue;

beforeAll(async () => {
  infra = await startInfra({ valkey: true, postgres: { databases: ['queue'] } });
  await migrate(infra);
  queue = await startQueue(infra);
});
afterAll(async () => {
  await queue?.app.close();
  await infra?.stop();
});

async function until(look: () => Promise<Answer>, status: number): Promise<void> {
  const giveUpAt = performance.now() + 15_000;
  for (let answer = await look(); answer.status !== status; answer = await look()) {
    if (performance.now() > giveUpAt) throw new Error(`The last answer was ${answer.status}: ${answer.text}`);
    await sleep(50);
  }
}

const ready = (): Promise<Answer> => call('GET', `${queue.url}/health/ready`);

/** 503 with Retry-After, and in time. */
async function expectAway(answer: Promise<Answer>, withinMs: number): Promise<void> {
  const begun = performance.now();
  const { status, headers, body } = await answer;
  expect({ status, code: body['code'], retryAfter: Number(headers.get('retry-after')) > 0 }).toEqual({ status: 503, code: 'waiting-room-unavailable', retryAfter: true });
  expect(performance.now() - begun).toBeLessThan(withinMs);
}

it.each(['kill', 'pause'] as const)('Valkey away (%s): 503 and soon, or open where a room is to be; places are there afterwards', async (how) => {
  const room = `${queue.url}/waiting-rooms/${how}`;
  await call('PUT', room, ADMIN, { limit: 1, intervalMs: 60_000, onOutage: 'closed' });
  await call('PUT', `${room}-not`, ADMIN, { limit: 1, intervalMs: 60_000, onOutage: 'open' });
  await call('POST', `${room}/visitors`);
  await call('POST', `${room}-not/visitors`);
  const waits = await call('POST', `${room}/visitors`);
  const ticket = { 'x-waiting-ticket': String(waits.body['ticket']) };
  const leaves = { 'x-waiting-ticket': String((await call('POST', `${room}/visitors`)).body['ticket']) };
  await infra.process('valkey')[how]();

  await expectAway(call('POST', `${room}/visitors`), 2_500);
  await expectAway(call('GET', `${room}/visitors/me`, ticket), 2_500);
  await expectAway(call('GET', `${room}/visitors/me/events`, ticket), 2_500);
  await expectAway(call('DELETE', `${room}/visitors/me`, leaves), 2_500); // which may happen all the same, once Valkey goes on
  await expectAway(call('GET', room), 2_500);
  expect(await call('POST', `${room}-not/visitors`)).toMatchObject({ status: 201, body: { status: 'admitted', ticket: null, pass: expect.any(String) } });
  expect((await call('GET', `${queue.url}/metrics`)).text).toMatch(/queue_uncounted_admissions_total\{room="[a-z]+-not"\} [1-9]/);
  expect(await call('GET', `${room}/admissions`)).toMatchObject({ status: 200 }); // the log is in PostgreSQL
  await until(ready, 503);

  await infra.process('valkey')[how === 'kill' ? 'start' : 'resume']();
  await until(ready, 200);
  expect(await call('GET', `${room}/visitors/me`, ticket)).toMatchObject({ status: 200, body: { status: 'waiting', position: 1 } });
});

it('PostgreSQL away: nobody is told of an admission that it has not, and who waits goes on waiting', async () => {
  const room = `${queue.url}/waiting-rooms/postgres-away`;
  await call('PUT', room, ADMIN, { limit: 1, intervalMs: 500 });
  await call('POST', `${room}/visitors`);
  const waits = await call('POST', `${room}/visitors`);
  const ticket = { 'x-waiting-ticket': String(waits.body['ticket']) };
  await infra.process('postgres').kill();
  expect(await call('GET', `${room}/visitors/me`, ticket)).toMatchObject({ status: 200, body: { status: 'waiting' } });
  await sleep(600);
  await expectAway(call('GET', `${room}/visitors/me`, ticket), 6_500);
  await until(ready, 503);
  await infra.process('postgres').start();
  await until(ready, 200);
  expect(await call('GET', `${room}/visitors/me`, ticket)).toMatchObject({ status: 200, body: { status: 'admitted' } });
});

it('PostgreSQL away: who looks at a room is told so, and the process does not forget by that what it knows of it', async () => {
  const room = `${queue.url}/waiting-rooms/looked-at`;
  await call('PUT', room, ADMIN, { limit: 1, intervalMs: 60_000 });
  await call('POST', `${room}/visitors`);
  const ticket = { 'x-waiting-ticket': String((await call('POST', `${room}/visitors`)).body['ticket']) };
  await infra.process('postgres').kill();
  await expectAway(call('GET', room), 6_500);
  expect(await call('GET', `${room}/visitors/me`, ticket)).toMatchObject({ status: 200, body: { status: 'waiting' } });
  await infra.process('postgres').start();
  await until(ready, 200);
});

it('both away at the start: it listens, is not ready, and is once they are there', async () => {
  await infra.process('valkey').kill();
  await infra.process('postgres').kill();
  const late = await startQueue(infra);
  try {
    expect(await call('GET', `${late.url}/health/live`)).toMatchObject({ status: 200 });
    expect(await call('GET', `${late.url}/health/ready`)).toMatchObject({ status: 503 });
    await expectAway(call('POST', `${late.url}/waiting-rooms/event-product/visitors`), 2_500);
    await infra.process('postgres').start();
    await infra.process('valkey').start();
    await until(() => call('GET', `${late.url}/health/ready`), 200);
    expect(await call('GET', `${late.url}/waiting-rooms/event-product`)).toMatchObject({ status: 200, body: { limit: 10, intervalMs: 5_000 } });
  } finally {
    await late.app.close();
  }
});
