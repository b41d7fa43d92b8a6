import { createService, type Service } from '@madang/service-kit';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { AppModule } from './app.module';
import { CATALOGUE, FORMAT_NAMES } from './formats/catalogue';
import { idConfig, type IdConfig } from './id.config';

let infra: Infra;
let service: Service<IdConfig>;

beforeAll(async () => {
  infra = await startInfra({ valkey: true });
  service = await start();
});

afterAll(async () => {
  await service?.app.close();
  await infra?.stop();
});

async function start(): Promise<Service<IdConfig>> {
  const started = await createService(
    { name: 'id', title: 'Ids', description: 'Ids', config: idConfig, module: (config) => AppModule.forRoot(config), port: (config) => config.ID_PORT },
    { ID_VALKEY_URL: infra.valkey.url, ID_NODE_LEASE_TTL_MS: '4000', LOG_LEVEL: 'silent' },
  );
  await started.app.init();
  await until(() => get('/ids', started), ({ body }) => typeof body.nodeId === 'number'); // a busy Valkey may be late with it
  return started;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: {
    readonly ids: readonly string[];
    readonly formats: readonly { readonly format: string }[];
    readonly nodeId: number | null;
    readonly readings: readonly { readonly format: string; readonly preset?: string }[];
    readonly fields: readonly { readonly name: string; readonly bits: number; readonly value: string }[];
    readonly id: string;
    readonly time: string | null;
    readonly hex: string;
    readonly code: string;
    readonly detail: string;
    readonly errors: readonly { readonly field: string }[];
  };
}

async function get(path: string, from = service): Promise<Answer> {
  const response = await from.app.inject({ method: 'GET', url: path });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

describe.each(FORMAT_NAMES)('%s', (format) => {
  it('is made in order, none twice, and taken apart', async () => {
    const made = await get(`/ids/${format}?count=1000`);
    expect(made.status).toBe(200);
    expect(made.headers['cache-control']).toBe('no-store');
    const { ids } = made.body;
    expect(new Set(ids).size).toBe(1_000);
    const inOrder = ids.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
    expect(ids.every((id, index) => id === inOrder[index])).toBe(CATALOGUE[format].ordered);

    const { status, body } = await get(`/ids/${format}/${ids[0]}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ format, id: ids[0] });
    expect(body.fields.reduce((sum, { bits }) => sum + bits, 0)).toBe(CATALOGUE[format].bits);
    expect(body.hex).toHaveLength(CATALOGUE[format].bits / 4);
    const now = body.time === null ? null : Math.abs(Date.parse(body.time) - Date.now()) < 5_000;
    expect(now).toBe(CATALOGUE[format].precisionMs === null ? null : true);
  });

  it('is what its example shows, and is found by decoding it', async () => {
    const { example, textLength } = CATALOGUE[format];
    expect(example.length).toBeLessThanOrEqual(textLength);
    expect((await get(`/ids/${format}/${example}`)).status).toBe(200);
    const { body } = await get(`/decode?id=${encodeURIComponent(` ${example} `)}`);
    expect(body.readings.map((reading) => reading.format)).toContain(format);
  });

  it('refuses everything else', async () => {
    const other = format === 'ulid' ? CATALOGUE.ksuid.example : CATALOGUE.ulid.example;
    for (const text of ['x', `${CATALOGUE[format].example}0`, other, '%00', 'a'.repeat(201)]) {
      const { status, body } = await get(`/ids/${format}/${text}`);
      expect([status, body.errors.map(({ field }) => field)]).toEqual([400, ['id']]);
    }
  });
});

it('reads a TypeID that holds another UUID, which has no time', async () => {
  const { status, body } = await get('/ids/typeid/post_00000000000000000000000000');
  expect([status, body.time]).toEqual([200, null]);
});

it('lists the formats and the node number', async () => {
  const { body } = await get('/ids');
  expect(body.formats.map(({ format }) => format)).toEqual(['uuidv7', 'uuidv6', 'uuidv4', 'ulid', 'ksuid', 'timeflake', 'snowflake', 'tsid', 'typeid']);
  expect(body.nodeId).toBeGreaterThanOrEqual(0);
});

it('makes one id unless asked otherwise, and a TypeID with the prefix that is asked for', async () => {
  expect((await get('/ids/ulid')).body.ids).toHaveLength(1);
  expect((await get('/ids/typeid?prefix=user')).body.ids[0]).toMatch(/^user_[0-9a-z]{26}$/);
  expect((await get('/ids/typeid?prefix=')).body.ids[0]).toMatch(/^[0-9a-z]{26}$/);
  const before = (await get('/ids/typeid')).body.ids[0] ?? '';
  expect(before < ((await get('/ids/typeid')).body.ids[0] ?? '')).toBe(true);
});

it.each([
  ['/ids/uuidv7?count=0', 'count'],
  ['/ids/uuidv7?count=1001', 'count'],
  ['/ids/uuidv7?count=1e2', 'count'],
  ['/ids/uuidv7?count=', 'count'],
  ['/ids/uuidv7?count=1&count=2', 'count'],
  ['/ids/uuidv7?prefix=user', 'prefix'],
  ['/ids/typeid?prefix=User', 'prefix'],
  ['/ids/uuidv7?node=5', ''],
  ['/ids/uuidv8', 'format'],
  ['/ids/uuidv8/x', 'format'],
  ['/ids/toString', 'format'],
  ['/ids/ulid/01BX5ZZKBKACTAV9WEVGEMMVRZ?preset=discord', 'preset'],
  ['/ids/snowflake/1?preset=facebook', 'preset'],
  ['/ids/typeid/User_01h455vb4pex5vsknk084sn02q', 'id'],
  ['/decode?id=hello', 'id'],
  ['/decode', 'id'],
])('%s is a 400 that names %j', async (path, field) => {
  const { status, body } = await get(path);
  expect([status, body.errors.map((fault) => fault.field)]).toEqual([400, [field]]);
});

it('reads a Snowflake of unknown origin as each of the three that it could be', async () => {
  const { body } = await get('/decode?id=175928847299117063');
  expect(body.readings).toEqual([
    expect.objectContaining({ format: 'snowflake', preset: 'twitter', time: '2012-03-03T13:01:20.453Z' }),
    expect.objectContaining({ format: 'snowflake', preset: 'discord', time: '2016-04-30T11:18:25.796Z' }),
    expect.objectContaining({ format: 'snowflake', preset: 'instagram', time: '2012-04-23T14:46:14.619Z' }),
  ]);
  expect((await get('/ids/snowflake/175928847299117063?preset=discord')).body.time).toBe('2016-04-30T11:18:25.796Z');
  expect((await get('/ids/snowflake/175928847299117063?preset=instagram')).body.time).toBe('2012-04-23T14:46:14.619Z');
});

it('another instance has another node, and gives it back', async () => {
  const other = await start();
  const nodes = await Promise.all([service, other].map(async (from) => ({ said: (await get('/ids', from)).body.nodeId, made: await nodeOf(await get('/ids/snowflake', from)) })));
  expect(nodes.map(({ made }) => made)).toEqual(nodes.map(({ said }) => said));
  expect(nodes[0]?.made).not.toBe(nodes[1]?.made);
  const redis = new Redis(infra.valkey.url);
  const expires = async (): Promise<number> => Number(await redis.hget('ids:node-lease:{id-service}:leases', `${nodes[1]?.made}:expires`));
  expect(await expires()).toBeGreaterThan(Date.now());
  await other.app.close();
  expect(await expires()).toBeLessThanOrEqual(Date.now());
  redis.disconnect();
});

it('keeps the order of a format from one request to the next', async () => {
  let last = '';
  for (let i = 0; i < 100; i++) {
    const { ids } = (await get('/ids/uuidv7')).body;
    expect((ids[0] ?? '') > last).toBe(true);
    last = ids[0] ?? '';
  }
});

async function nodeOf({ body }: Answer): Promise<number> {
  const { fields } = (await get(`/ids/snowflake/${body.ids[0]}`)).body;
  const [datacenter, worker] = fields.filter(({ bits }) => bits === 5);
  return Number(datacenter?.value) * 32 + Number(worker?.value);
}

it('counts what it makes', async () => {
  await get('/ids/ksuid?count=7');
  const { payload } = await service.app.inject({ method: 'GET', url: '/metrics' });
  const counted = (text: string): number => Number(/ids_generated_total\{format="ksuid"\} (\d+)/.exec(text)?.[1]);
  await get('/ids/ksuid?count=5');
  const { payload: after } = await service.app.inject({ method: 'GET', url: '/metrics' });
  expect(counted(after) - counted(payload)).toBe(5);
  expect(payload).toMatch(/ids_node_lease_remaining_seconds\{pool="id-service",node_id="\d+"\} \d/);
  expect(payload).toContain('ids_clock_rollbacks_total');
});

it('without Valkey refuses Snowflakes and TSIDs once its lease has ended, makes all others, and heals', async () => {
  await infra.process('valkey').kill();
  const refused = await until(() => get('/ids/snowflake'), ({ status }) => status === 503);
  expect(refused.body.code).toBe('no-ids-now');
  expect((await get('/ids/tsid')).status).toBe(503);
  expect((await get('/health/ready')).status).toBe(503);
  expect((await get('/ids')).body.nodeId).toBeNull();
  expect((await get('/ids/uuidv7')).status).toBe(200);
  expect((await get('/ids/snowflake/175928847299117063')).status).toBe(200);
  await infra.process('valkey').start();
  await until(() => get('/ids/snowflake'), ({ status }) => status === 200);
  await until(() => get('/health/ready'), ({ status }) => status === 200); // a verdict is kept for a moment
});

async function until(look: () => Promise<Answer>, holds: (answer: Answer) => boolean): Promise<Answer> {
  const giveUpAt = performance.now() + 20_000;
  for (;;) {
    const answer = await look();
    if (holds(answer)) return answer;
    if (performance.now() > giveUpAt) throw new Error(`The last answer was ${answer.status}: ${JSON.stringify(answer.body)}`);
    await sleep(50);
  }
}
