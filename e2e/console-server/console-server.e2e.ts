import { createKafka, RecordProducer } from '@madang/event-bus';
import type { Lab, StoredRecord, Timeline, Topology } from '../../apps/console/feed/api.ts';
import { PlatformClient } from '../platform-client.ts';
import { type Stack, startStack } from '../stack.ts';
import { until } from '../until.ts';
import { FeedReader } from './feed-reader.ts';

/** A minute, as the promise says, where there is time; else enough to see whether it grows. */
const FLOOD_SECONDS = process.env['MADANG_STRESS'] ? 60 : 12;
const PER_SECOND = 500;
const WITHDRAWALS = process.env['MADANG_STRESS'] ? 200 : 20;

let stack: Stack;
let client: PlatformClient;
let feed: FeedReader;

beforeAll(async () => {
  stack = await startStack({ lab: true });
  client = new PlatformClient(stack.addresses);
  feed = await FeedReader.open(url(), stack.sandbox.secrets.adminToken);
}, 180_000);

afterAll(async () => {
  feed?.close();
  await stack?.stop();
}, 120_000);

test('an event reaches the feed within 250 ms of its effect', async () => {
  const records: number[] = [];
  const spans: number[] = [];
  for (let round = 0; round < WITHDRAWALS; round++) {
    const traceId = await withdrawal();
    const timeline = await untilHidden(traceId);
    const effect = timeline.steps.find(({ what, where }) => what === 'effect' && where === 'board');
    const hidden = await until(async () => feed.of('record').filter((record) => record.traceId === traceId && record.topic === 'cdc.board.public.outbox'), (found) => found.length > 0);
    const span = await until(async () => feed.of('span').filter((each) => each.traceId === traceId && each.service === 'board'), (found) => found.length > 0);
    records.push((hidden[0]?.receivedAt ?? NaN) - (effect?.at ?? NaN));
    spans.push((span[0]?.receivedAt ?? NaN) - (effect?.at ?? NaN));
  }
  console.log(`after the effect, ms: its row p50 ${quantile(records, 0.5)} p99 ${quantile(records, 0.99)}; its span p50 ${quantile(spans, 0.5)} p99 ${quantile(spans, 0.99)}`);
  // Of half of them: a machine that does something else at a moment says nothing of the console.
  expect(quantile(records, 0.5)).toBeLessThan(250);
  expect(quantile(spans, 0.5)).toBeLessThan(250);
}, 300_000);

test('a withdrawal is told from its request to what can see it', async () => {
  const traceId = await withdrawal();
  const { steps, records, spans } = await untilHidden(traceId);
  const told = steps.map(({ what, where, facts }) => [what, where, facts['database'] ?? ''].join(' ').trim());
  for (const step of ['request member', 'commit member', 'row-added cdc', 'relayed relay', 'delivered board', 'effect board', 'commit board', 'visible replica-1 member', 'visible replica-2 member', 'visible replica-1 board', 'visible replica-2 board']) expect(told).toContain(step);
  const at = (step: string): number => told.indexOf(step);
  expect(at('request member')).toBe(0);
  expect([at('commit member'), at('row-added cdc'), at('relayed relay'), at('delivered board'), at('effect board')]).toEqual([at('commit member'), at('row-added cdc'), at('relayed relay'), at('delivered board'), at('effect board')].toSorted((a, b) => a - b));
  for (const step of steps.filter(({ what }) => what === 'commit')) expect(step.facts['lsn']).toMatch(/^[\dA-F]+\/[\dA-F]+$/);
  expect(steps.find(({ what }) => what === 'row-added')?.facts).toMatchObject({ slot: 'outbox_member', topic: 'cdc.member.public.outbox', offset: expect.stringMatching(/^\d+$/) });
  expect(JSON.parse(steps.find(({ what }) => what === 'commit')?.body ?? 'null')).toMatchObject({ type: 'member.withdrawn' });
  expect(steps.filter(({ what }) => what === 'visible').every(({ facts }) => facts['visible'] === true)).toBe(true);
  expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['member', 'cdc', 'relay', 'board', expect.stringMatching(/^chat/) as unknown as string]));
  expect(records.filter(({ duplicate }) => duplicate)).toEqual([]);
}, 60_000);

test('what a standby does not have yet is told as not visible', async () => {
  await lab('PUT', '/replicas/replica-2', { delayMs: 20_000 });
  try {
    const traceId = await withdrawal();
    const { steps } = await until(() => timelineOf(traceId), (found) => found.steps.some(({ what, where, facts }) => what === 'visible' && where === 'replica-1' && facts['database'] === 'board' && facts['visible'] === true));
    expect(steps.find(({ what, where, facts }) => what === 'visible' && where === 'replica-2' && facts['database'] === 'board')?.facts).toMatchObject({ visible: false, 'delay ms': 20_000 });
    const lag = await until(async () => feed.of('lag').at(-1) && feed.of('lag').findLast(({ node }) => node === 'replica-2'), (item) => (item?.ms ?? 0) > 500 && (item?.bytes ?? 0) > 0);
    expect(lag).toMatchObject({ delayMs: 20_000 });
  } finally {
    await lab('PUT', '/replicas/replica-2', { delayMs: 0 });
  }
}, 60_000);

test('a read that goes back in time is told as one, and by the pattern there is none', async () => {
  await lab('PUT', '/replicas/replica-2', { delayMs: 20_000 });
  try {
    const readsOf = async (id: string): Promise<number> => {
      const member = await client.newMember();
      const before = feed.of('read').length;
      for (let round = 0; round < 30; round++) {
        if (round % 10 === 0) await client.publish(member.token);
        await fetch(`${stack.addresses.board}/posts?authorId=${member.id}`, { headers: { 'x-consistency-id': id } });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await until(async () => feed.of('read').length - before, (count) => count >= 30);
      return feed.of('read').slice(before).filter(({ anomaly }) => anomaly).length;
    };
    expect(await readsOf(crypto.randomUUID())).toBe(0);
    await lab('PUT', '/switches/reads', { mode: 'random-replica' });
    expect(await readsOf(crypto.randomUUID())).toBeGreaterThan(0);
  } finally {
    await lab('POST', '/reset');
  }
}, 60_000);

test('the map is the platform that runs', async () => {
  const { nodes, edges } = await until(() => read<Topology>('/api/topology'), ({ edges: found }) => found.some(({ kind }) => kind === 'replication'));
  const drawn = edges.map(({ from, to }) => `${from} ${to}`);
  for (const edge of ['client member', 'member db:member', 'chat-2 db:chat', 'db:member cdc', 'cdc cdc.member.public.outbox', 'cdc.member.public.outbox relay', 'relay member.events.v1', 'member.events.v1 board', 'chat.events.v1 moderator', 'chat.commands.v1 chat-2', 'queue valkey', 'db:board replica-1']) expect(drawn).toContain(edge);
  expect(nodes.find(({ id }) => id === 'chat-2')?.docs).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/docs$/);
});

test('switches, faults and processes are told as they change', async () => {
  await lab('PUT', '/switches/inbox', { mode: 'no-inbox' });
  await until(async () => feed.of('lab').at(-1), (item) => item?.switches['inbox'] === 'no-inbox');
  const { id } = (await lab('POST', '/faults', { name: 'cdc-killed' })) as { id: string };
  await until(async () => feed.of('lab').at(-1), (item) => item?.faults.some((fault) => fault.id === id) ?? false);
  await until(async () => feed.of('process').findLast(({ name }) => name === 'cdc'), (item) => (item?.restarts ?? 0) > 0 && item?.state === 'healthy', 60_000);
  await lab('POST', '/reset');
  const { switches, active } = await read<Lab>('/lab');
  expect(switches.map(({ mode, modes }) => mode === modes[0])).toEqual(switches.map(() => true));
  expect(active).toEqual([]);
  expect((await read<{ lines: string[] }>('/api/processes/cdc/logs?lines=5')).lines.length).toBeGreaterThan(0);
}, 120_000);

test('a dead letter is told with its cause, and settled through the relay', async () => {
  const traceId = crypto.randomUUID().replaceAll('-', '');
  const producer = new RecordProducer(createKafka({ clientId: 'poison', brokers: [`127.0.0.1:${stack.sandbox.ports.KAFKA_PORT}`] }));
  const headers = { ce_specversion: '1.0', ce_id: crypto.randomUUID(), ce_type: 'member.withdrawn', ce_source: '/test', ce_subject: 'x', ce_time: new Date().toISOString(), 'content-type': 'application/json', aggregateversion: '1', schemaversion: '1', traceparent: `00-${traceId}-${'a'.repeat(16)}-01` };
  await producer.send([{ topic: 'member.events.v1', key: 'x', value: '{"memberId":42}', headers }]);
  await producer.close();
  const letter = await until(async () => feed.of('record').find((record) => record.traceId === traceId && record.topic === 'member.events.v1.board.dlq'), (found) => found !== undefined);
  expect(letter).toMatchObject({ role: 'dead-letter', type: 'member.withdrawn', eventId: headers.ce_id });
  const { steps } = await timelineOf(traceId);
  const { facts } = steps.find(({ what, where }) => what === 'dead-letter' && where === 'board') ?? {};
  expect(facts).toMatchObject({ code: 'invalid-payload', origin: expect.stringMatching(/^member\.events\.v1\[\d\]@\d+$/) });
  const [, partition, offset] = /\[(\d)\]@(\d+)$/.exec(String(facts?.['origin'])) ?? [];
  for (const group of ['board', 'chat']) {
    const id = `member.events.v1:${partition}:${offset}:${group}`;
    const answer = await until(() => fetch(`${url()}/api/services/relay/dead-letters/${id}/discard`, { method: 'POST', headers: { authorization: `Bearer ${stack.sandbox.secrets.adminToken}`, 'x-lab-admin': '1', 'content-type': 'application/json' }, body: JSON.stringify({ operator: 'test', reason: 'made by a test' }) }), ({ status }) => status !== 404);
    expect([answer.status, ((await answer.json()) as { state: string }).state]).toEqual([200, 'discarded']);
  }
  await until(async () => feed.of('record').filter(({ role }) => role === 'audit').length, (count) => count >= 2);
}, 60_000);

test('a scenario is played from here as from the command line, and kept', async () => {
  const { scenarios } = await read<Lab>('/lab');
  expect(scenarios.map(({ name }) => name)).toContain('forged-pass');
  const { run } = (await lab('POST', '/runs', { scenario: 'forged-pass', seed: 1, naive: false })) as { run: string };
  await expect(lab('POST', '/runs', { scenario: 'forged-pass', naive: false })).rejects.toThrow('409');
  const events = () => feed.of('run').filter(({ event }) => event.run === run).map(({ event }) => event);
  await until(async () => events().at(-1), (event) => event?.kind === 'run-ended', 100_000);
  expect(events()[0]).toMatchObject({ kind: 'run-began', scenario: 'forged-pass', seed: 1 });
  expect(events().at(-1)).toMatchObject({ kind: 'run-ended', broken: 0 });
  const file = await fetch(`${url()}/lab/runs/${run}`, { headers: { authorization: `Bearer ${stack.sandbox.secrets.adminToken}` } });
  expect((await file.text()).trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(events());
  await expect(lab('POST', '/runs', { scenario: '../main', naive: false })).rejects.toThrow('400');
  await expect(lab('POST', '/runs', { scenario: 'no-such', naive: false })).rejects.toThrow('404');
}, 150_000);

test('the platform goes on without its console, and the console with what comes after', async () => {
  await stack.sandbox.process('console').stop();
  const hidden = await client.newMember();
  const { body: post } = await client.publish(hidden.token);
  await client.withdraw(hidden.token);
  await until(() => client.post(post.id), ({ status }) => status === 404);
  await stack.sandbox.process('console').start();
  feed.close();
  feed = await FeedReader.open(url(), stack.sandbox.secrets.adminToken);
  const traceId = await withdrawal();
  await until(async () => feed.of('record').filter((record) => record.traceId === traceId), (found) => found.length > 1);
}, 120_000);

test('what is broken when the console is killed is mended all the same', async () => {
  const reopen = async (): Promise<void> => {
    await stack.sandbox.process('console').kill();
    await until(async () => stack.sandbox.process('console'), ({ state, running }) => state === 'healthy' && running !== undefined, 60_000);
    feed.close();
    feed = await FeedReader.open(url(), stack.sandbox.secrets.adminToken);
  };
  await lab('POST', '/faults', { name: 'cdc-frozen' });
  await reopen();
  await until(async () => stack.sandbox.process('cdc').state, (state) => state === 'healthy', 60_000);
  await until(() => read<Lab>('/lab'), ({ active }) => active.length === 0);

  const modes = async (): Promise<unknown> => (await read<Lab>('/lab')).switches.find(({ name }) => name === 'reads')?.mode;
  await lab('POST', '/runs', { scenario: 'replica-time-travel', seed: 1, naive: true });
  await until(modes, (mode) => mode === 'random-replica', 60_000);
  await reopen(); // and with it dies what it has started
  await until(modes, (mode) => mode === 'routed', 60_000);
}, 300_000);

test(`memory stays bounded under ${PER_SECOND} records a second`, async () => {
  const producer = new RecordProducer(createKafka({ clientId: 'flood', brokers: [`127.0.0.1:${stack.sandbox.ports.KAFKA_PORT}`] }));
  const kafka = createKafka({ clientId: 'flood', brokers: [`127.0.0.1:${stack.sandbox.ports.KAFKA_PORT}`] });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'flood.events.v1', numPartitions: 3 }] });
  await admin.disconnect();
  const idle = await FeedReader.open(url(), stack.sandbox.secrets.adminToken); // and one page more
  const memory: number[] = [];
  let sent = 0;
  const began = Date.now();
  while (Date.now() - began < FLOOD_SECONDS * 1_000) {
    const due = Math.floor(((Date.now() - began) / 1_000) * PER_SECOND) - sent;
    const records = Array.from({ length: Math.min(due, 1_000) }, () => ({ topic: 'flood.events.v1', key: crypto.randomUUID(), value: JSON.stringify({ filler: 'x'.repeat(1_500) }), headers: { ce_id: crypto.randomUUID(), ce_type: 'flood.passed', traceparent: `00-${crypto.randomUUID().replaceAll('-', '')}-${'a'.repeat(16)}-01` } }));
    await producer.send(records);
    sent += records.length;
    if (memory.length < (Date.now() - began) / 2_000) memory.push(await memoryOfConsole());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await producer.close();
  const seen = (): number => idle.of('record').filter(({ topic }) => topic === 'flood.events.v1').length + idle.of('missed').reduce((sum, { count }) => sum + count, 0);
  await until(async () => seen(), (count) => count >= sent);
  idle.close();
  const megabytes = memory.map((bytes) => Math.round(bytes / 1024 / 1024));
  console.log(`${sent} records in ${FLOOD_SECONDS} s; resident memory of the console, MB: ${megabytes.join(' ')}`);
  expect(sent).toBeGreaterThan(FLOOD_SECONDS * PER_SECOND * 0.5);
  expect(Math.max(...megabytes)).toBeLessThan(400);
  const { items } = await read<{ items: StoredRecord[] }>('/api/records?topic=flood.events.v1&limit=500');
  expect(items).toHaveLength(500);
}, 180_000);

function url(): string {
  return `http://127.0.0.1:${stack.sandbox.ports.CONSOLE_PORT}`;
}

/** Of a member with a post. @returns its trace */
async function withdrawal(): Promise<string> {
  const member = await client.newMember();
  await client.publish(member.token);
  const response = await fetch(`${stack.addresses.member}/members/me`, { method: 'DELETE', headers: { authorization: `Bearer ${member.token}` } });
  expect(response.status).toBe(204);
  return response.headers.get('x-trace-id') ?? '';
}

function untilHidden(traceId: string): Promise<Timeline> {
  return until(
    () => timelineOf(traceId),
    ({ steps }) => steps.some(({ what, where }) => what === 'effect' && where === 'board') && steps.filter(({ what, facts }) => what === 'visible' && facts['database'] === 'board' && facts['visible']).length === 2 && steps.some(({ what, where }) => what === 'effect' && where.startsWith('chat')),
  );
}

function timelineOf(traceId: string): Promise<Timeline> {
  return read<Timeline>(`/api/traces/${traceId}`);
}

async function read<T>(path: string): Promise<T> {
  const response = await fetch(`${url()}${path}`, { headers: { authorization: `Bearer ${stack.sandbox.secrets.adminToken}` } });
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function lab(method: string, path: string, body?: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${stack.sandbox.secrets.adminToken}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await fetch(`${url()}/lab${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} /lab${path} answers ${response.status}: ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

async function memoryOfConsole(): Promise<number> {
  const { processes } = await stack.sandbox.status();
  return processes.find(({ name }) => name === 'console')?.memoryBytes ?? 0;
}

function quantile(values: readonly number[], q: number): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? NaN);
}
