import { createKafka, deadLetterTopic, ensureTopics, RecordProducer } from '@madang/event-bus';
import { createService, type Service } from '@madang/service-kit';
import type { Kafka } from 'kafkajs';
import { register } from 'prom-client';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { AppModule } from '../app.module';
import { relayConfig, type RelayConfig } from '../relay.config';

const ADMIN_TOKEN = 'a-token-for-administrators';
const topic = 'orders.v1';

let infra: Infra;
let kafka: Kafka;
let producer: RecordProducer;
let service: Service<RelayConfig>;

beforeAll(async () => {
  infra = await startInfra({ kafka: true });
  const [broker = ''] = infra.kafka.brokers;
  kafka = createKafka({ clientId: 'test', brokers: [broker] });
  producer = new RecordProducer(kafka);
  await ensureTopics(kafka, [{ name: topic, partitions: 1 }, deadLetterTopic(topic, 'shop')]);
  service = await createService(
    { name: 'relay', title: 'Relay', description: 'Relay', config: relayConfig, module: (config) => AppModule.forRoot(config), port: (config) => config.RELAY_PORT },
    { RELAY_DATABASES: 'member', KAFKA_BROKERS: broker, ADMIN_TOKEN, LOG_LEVEL: 'silent' },
  );
  await service.app.init();
});

afterAll(async () => {
  await service?.app.close();
  await producer?.close();
  await infra?.stop();
});

async function dies(offset: number, key = 'k', value = `secret ${offset}`, diedAt = new Date()): Promise<string> {
  const headers = {
    ce_type: 'order.placed', 'dlq-topic': topic, 'dlq-partition': '0', 'dlq-offset': String(offset), 'dlq-group': 'shop',
    'dlq-code': 'handler-failed', 'dlq-cause': 'out of stock', 'dlq-time': diedAt.toISOString(),
  };
  await producer.send([{ topic: `${topic}.shop.dlq`, key, value, headers }]);
  return `${topic}:0:${offset}:shop`;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Record<string, unknown> & { readonly items: readonly Record<string, unknown>[]; readonly nextCursor: string | null };
}

async function call(method: 'GET' | 'POST', path: string, payload?: object, token = ADMIN_TOKEN): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await service.app.inject({ method, url: `/dead-letters${path}`, headers, ...(payload ? { payload } : {}) });
  return { status: response.statusCode, type: String(response.headers['content-type']).split(';')[0] ?? '', body: response.json() };
}

describe('the API of the dead letters', () => {
  it('lists pages of metadata, the oldest first, and shows one with its value', async () => {
    const ids = [await dies(1, 'a'), await dies(2, 'b'), await dies(3, 'c')];
    const first = await call('GET', `?limit=2&topic=${topic}`);
    expect(first).toMatchObject({ status: 200, body: { unindexed: 0 } });
    const second = await call('GET', `?limit=2&topic=${topic}&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(ids);
    expect(second.body.nextCursor).toBeNull();
    expect(JSON.stringify(first.body)).not.toContain('secret');
    expect(first.body.items[0]).toMatchObject({ state: 'open', topic, partition: 0, offset: '1', group: 'shop', code: 'handler-failed', cause: 'out of stock', key: 'a', attempt: 1 });
    expect((await call('GET', `/${ids[0]}`)).body).toMatchObject({ value: { encoding: 'utf8', content: 'secret 1' }, headers: { ce_type: 'order.placed' }, audit: [] });
  });

  it('replays and discards, once each, and has it all in the audit trail', async () => {
    const [one, other] = [await dies(11, 'd'), await dies(12, 'e')];
    expect(await call('POST', `/${one}/replay`, { operator: 'mina' })).toMatchObject({ status: 200, body: { id: one, state: 'replayed' } });
    expect(await call('POST', `/${other}/discard`, { reason: 'sold out' })).toMatchObject({ status: 200, body: { state: 'discarded' } });
    expect(await call('POST', `/${one}/replay`, {})).toMatchObject({ status: 409, type: 'application/problem+json', body: { code: 'letter-already-replayed' } });
    expect(await call('POST', `/${other}/replay`, {})).toMatchObject({ status: 409, body: { code: 'letter-already-discarded' } });
    const page = await call('GET', '/audit?limit=2');
    const next = await call('GET', `/audit?limit=1&cursor=${page.body.nextCursor}`);
    expect([...page.body.items, ...next.body.items]).toMatchObject([
      { action: 'discarded', letter: other, by: 'admin', reason: 'sold out' },
      { action: 'replayed', letter: one, by: 'mina', reason: null },
      { action: 'replay-requested', letter: one, by: 'mina' },
    ]);
    expect((await call('GET', `?state=discarded&key=e`)).body.items).toMatchObject([{ id: other }]);
  });

  it('keeps the order of a key', async () => {
    const [first, second] = [await dies(21, 'f'), await dies(22, 'f')];
    expect(await call('POST', `/${second}/replay`, {})).toMatchObject({ status: 409, body: { code: 'earlier-letters-open', detail: expect.stringContaining(first) } });
    expect(await call('POST', '/replay', { key: 'f' })).toMatchObject({ status: 200, body: { replayed: 2, heldBack: 0, failed: [], remaining: 0 } });
  });

  it('replays what is old only if that is said', async () => {
    const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000);
    const [one, other] = [await dies(26, 'old', 'v', eightDaysAgo), await dies(27, 'older', 'v', eightDaysAgo)];
    expect(await call('POST', `/${one}/replay`, {})).toMatchObject({ status: 409, body: { code: 'letter-too-old', detail: expect.stringContaining('evenIfOld') } });
    expect(await call('POST', '/replay', { key: 'old' })).toMatchObject({ status: 200, body: { replayed: 0, failed: [{ id: one, code: 'letter-too-old' }] } });
    expect(await call('POST', `/${one}/replay`, { evenIfOld: true })).toMatchObject({ status: 200, body: { state: 'replayed' } });
    expect(await call('POST', '/replay', { key: 'older', evenIfOld: true })).toMatchObject({ status: 200, body: { replayed: 1, failed: [] } });
    expect((await call('GET', `/${other}`)).body).toMatchObject({ state: 'replayed' });
  });

  it('counts the letters that are open and those that are settled', async () => {
    await dies(31, 'g');
    await call('GET', '');
    const metrics = await register.metrics();
    expect(metrics).toMatch(new RegExp(`dead_letters_open\\{topic="${topic}",group="shop",code="handler-failed"\\} [1-9]`));
    expect(metrics).toMatch(/dead_letters_replayed_total\{topic="orders.v1",group="shop"\} [1-9]/);
    expect(metrics).toMatch(/dead_letters_discarded_total\{topic="orders.v1",group="shop"\} [1-9]/);
  });

  it.each<[string, 'GET' | 'POST', string, object | undefined, number]>([
    ['an unknown letter', 'GET', `/${topic}:0:999:shop`, undefined, 404],
    ['to replay an unknown letter', 'POST', `/${topic}:0:999:shop/replay`, {}, 404],
    ['what is no id', 'GET', '/42', undefined, 400],
    ['a limit beyond the page', 'GET', '?limit=101', undefined, 400],
    ['a state that is none', 'GET', '?state=dead', undefined, 400],
    ['a forged cursor', 'GET', '?cursor=e30', undefined, 400],
    ['a field that is none', 'GET', '?unknown=1', undefined, 400],
    ['to replay everything by accident', 'POST', '/replay', {}, 400],
    ['to discard without a reason', 'POST', `/${topic}:0:1:shop/discard`, {}, 400],
    ['to discard for an empty reason', 'POST', `/${topic}:0:1:shop/discard`, { reason: '' }, 400],
  ])('refuses %s', async (_, method, path, payload, status) => {
    expect(await call(method, path, payload)).toMatchObject({ status, type: 'application/problem+json' });
  });

  it('opens to administrators only', async () => {
    const routes = [['GET', ''], ['GET', '/audit'], ['GET', `/${topic}:0:1:shop`], ['POST', '/replay'], ['POST', `/${topic}:0:1:shop/replay`], ['POST', `/${topic}:0:1:shop/discard`]] as const;
    for (const [method, path] of routes) expect((await call(method, path, method === 'POST' ? {} : undefined, 'somebody')).status).toBe(401);
  });

  it('documents every answer with its schema', async () => {
    const { paths } = (await service.app.inject({ method: 'GET', url: '/docs-json' })).json<{ paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema?: object }> }> }>> }>();
    const answers = Object.entries(paths).filter(([path]) => path.startsWith('/dead-letters')).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.entries(responses).map(([status, { content = {} }]) => ({ at: `${method} ${path} ${status}`, complete: Object.values(content).length > 0 && Object.values(content).every(({ schema }) => schema) })),
      ),
    );
    expect(answers.length).toBeGreaterThan(30);
    expect(answers.filter(({ complete }) => !complete)).toEqual([]);
  });

  it('is 503 while Kafka does not answer, and works again when it does', async () => {
    await infra.process('kafka').pause();
    const answer = await call('POST', `/${topic}:0:1:shop/replay`, {});
    await infra.process('kafka').resume();
    expect(answer).toMatchObject({ status: 503, type: 'application/problem+json', body: { code: 'dead-letters-unavailable' } });
    expect(await call('POST', `/${topic}:0:1:shop/replay`)).toMatchObject({ status: 200 }); // needs no body
  });
});
