import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { register } from 'prom-client';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { documentReadConsistency, type DocumentedOperation, EventReads, type TokenCarrier } from '../src/nest/index';
import { readScope } from '../src/session/read-scope';
import { ConsistencyTokens } from '../src/token/index';
import { Counter, DATABASE, delay, prepareCounters } from './counter';
import { call, gate, type Headers, startApp } from './counter-app';
import { TcpProxy } from './tcp-proxy';

const SESSIONS = 20;
const DELAY_MS = 4_000;

let infra: Infra;
let proxy: TcpProxy;
let app: NestFastifyApplication;
/** Takes no level, explains nothing, and its primary can be cut off. */
let terse: NestFastifyApplication;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, 5);
  await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', DELAY_MS);
  proxy = await TcpProxy.listen(infra.postgres.port);
  const proxied = new URL(infra.postgres.url(DATABASE));
  proxied.port = String(proxy.port);
  app = await startApp(infra, { sessions: SESSIONS });
  await useConnections();
  terse = await startApp(infra, { clientLevels: [], explain: false, primary: { connectionString: proxied.href } });
}, 120_000);

afterAll(async () => {
  await app?.close();
  await terse?.close();
  await proxy?.close();
  await infra?.stop();
});

const get = (url: string, headers?: Headers) => call(app, 'GET', url, headers);
const post = (url: string, headers?: Headers) => call(app, 'POST', url, headers);

/** The first of these headers whose reads go to the replica that is behind. */
async function behind(headers: (i: number) => Headers): Promise<{ me: Headers; i: number }> {
  for (let i = 0; i < 100; i++) if ((await get('/counters/0', headers(i))).replica === 'replica-2') return { me: headers(i), i };
  throw new Error('Nobody reads there.');
}

/** Each connection holds the session that has opened it, or used it last: let that be nobody's. */
async function useConnections(): Promise<void> {
  await Promise.all(Array.from({ length: 10 }, () => post('/counters/0')));
  await Promise.all(Array.from({ length: 30 }, () => get('/counters/0')));
}

/** A session that nobody holds is there until then. */
async function collectGarbage(): Promise<void> {
  await useConnections();
  setFlagsFromString('--expose-gc');
  await sleep(1);
  (runInNewContext('gc') as () => void)();
}

describe('a session is remembered', () => {
  const own = async (me: Headers, meanwhile: (i: number) => Promise<unknown>): Promise<{ found: boolean; withToken: boolean }> => {
    const { value, token } = await post('/counters/1', me);
    for (let i = 0; i < 2 * SESSIONS; i++) await meanwhile(i);
    await collectGarbage();
    const read = await get('/counters/1', { ...me, 'x-consistency-level': 'session' });
    const carried = await get('/counters/1', { ...me, 'x-consistency-level': 'session', 'x-consistency-token': token });
    return { found: read.value === value, withToken: carried.value === value };
  };

  it('whoever floods the service with credentials that it refuses, or with ids that read nothing', async () => {
    const { me } = await behind((i) => ({ authorization: `Bearer honest-${i}` }));
    expect(await own(me, async (i) => expect((await get('/guarded/0', { authorization: `Garbage ${i}` })).status).toBe(401))).toEqual({ found: true, withToken: true });
    const { token } = await get('/counters/0'); // which is handed to anybody
    for (const headers of [{}, { 'x-consistency-token': token }]) {
      expect(await own(me, async (i) => expect((await get('/nothing', { ...headers, 'x-consistency-id': `garbage-${i}` })).status).toBe(200))).toEqual({ found: true, withToken: true });
    }
  });

  it('but not by this process alone, where as many others have read meanwhile', async () => {
    const { me } = await behind((i) => ({ authorization: `Bearer forgotten-${i}` }));
    expect(await own(me, (i) => get('/counters/0', { 'x-consistency-id': `other-${i}` }))).toEqual({ found: false, withToken: true });
  });

  it('as one, also where the first two requests of an id come at the same time', async () => {
    const { me } = await behind((i) => ({ 'x-consistency-id': `twice-${i}`, 'x-consistency-level': 'session' }));
    for (let i = 0; i < 2 * SESSIONS; i++) await get('/counters/0', { 'x-consistency-id': `other-${i}` });
    await collectGarbage(); // forgotten: its next request is a first one
    const late = get('/late/2', me);
    await sleep(50);
    const { value } = await post('/counters/2', me);
    gate.resolve();
    expect(await late).toMatchObject({ status: 200, value });
  });

  it('as its own: no id joins what credentials have opened', async () => {
    const digest = (authorization: string): string => createHash('sha256').update(authorization).digest('base64url');
    for (const prefix of ['user:', '', 'id:']) {
      const idOf = (i: number): Headers => ({ 'x-consistency-id': `${prefix}${digest(`Bearer victim-${i}`)}` });
      const { me, i } = await behind(idOf);
      const { value = 0 } = await post('/counters/3', { authorization: `Bearer victim-${i}` });
      expect((await get('/counters/3', { ...me, 'x-consistency-level': 'session' })).value).toBeLessThan(value);
    }
  });
});

it('events of a batch are found together: the latest token counts, and without one of them the primary', async () => {
  const read = async (): Promise<{ value: number; target: string | undefined }> => {
    const { value } = await app.get(DataSource).getRepository(Counter).findOneByOrFail({ id: 4 });
    return { value, target: readScope.getStore()?.decisions.at(-1)?.target };
  };
  const early = await post('/counters/4');
  await sleep(1.5 * DELAY_MS);
  const late = await post('/counters/4');
  for (let i = 0; i < 12; i++) {
    const of = (consistencyToken?: string): TokenCarrier => ({ aggregateId: `stock-${i}`, ...(consistencyToken !== undefined && { consistencyToken }) });
    for (const tokens of [[early.token, late.token], [late.token, early.token]]) {
      expect((await app.get(EventReads).run(tokens.map(of), read)).value).toBe(late.value);
    }
    for (const tokens of [[early.token, undefined], [undefined, early.token]]) {
      expect(await app.get(EventReads).run(tokens.map(of), read)).toEqual({ value: late.value, target: 'primary' });
    }
  }
});

it('a level is refused where none is offered', async () => {
  for (const level of ['eventual', 'bounded:500', 'strong']) {
    expect(await call(terse, 'GET', '/counters/0', { 'x-consistency-level': level })).toMatchObject({ status: 400, message: 'X-Consistency-Level is not taken here.' });
  }
});

describe('the OpenAPI document', () => {
  interface Header {
    readonly name: string;
    readonly in: string;
    readonly schema: { readonly pattern?: string };
  }

  function documented(of: NestFastifyApplication, method: 'get' | 'post') {
    const document = SwaggerModule.createDocument(of, new DocumentBuilder().build());
    const operation = document.paths['/counters/{id}']?.[method] as DocumentedOperation;
    documentReadConsistency(operation, of);
    const taken = (operation.parameters as Header[]).filter((parameter) => parameter.in === 'header');
    const answered = Object.values(operation.responses).flatMap((response) => Object.keys((response as { headers?: object }).headers ?? {}));
    return { taken, answered: answered.map((name) => name.toLowerCase()) };
  }

  it('names the headers that an operation takes, and what they may hold', async () => {
    for (const method of ['get', 'post'] as const) {
      const { taken } = documented(app, method);
      expect(taken.map(({ name }) => name)).toEqual(['X-Consistency-Id', 'X-Consistency-Token', 'X-Consistency-Level']);
      const pattern = new RegExp(taken[2]?.schema.pattern ?? '');
      for (const level of ['eventual', 'bounded:500', 'strong', 'pinned', 'bounded', 'strong,', 'bounded:1e3']) {
        expect({ level, taken: (await get('/counters/0', { 'x-consistency-level': level })).status === 200 }).toEqual({ level, taken: pattern.test(level) });
      }
    }
    expect(documented(terse, 'get').taken.map(({ name }) => name)).toEqual(['X-Consistency-Id', 'X-Consistency-Token']);
  });

  it('names the headers that it answers with', async () => {
    for (const [of, many] of [[app, 4], [terse, 1]] as const) {
      const { headers } = await of.inject('/counters/0');
      const { answered } = documented(of, 'get');
      expect(answered).toHaveLength(many);
      expect([...answered].sort()).toEqual(Object.keys(headers).filter((name) => name === 'x-consistency-token' || name.startsWith('x-read-')).sort());
    }
  });
});

it('an answer whose place cannot be found out goes without a token, and is counted', async () => {
  const missed = async (): Promise<number> => Number(/^replicas_tokens_missed_total (\d+)$/m.exec(await register.metrics())?.[1]);
  const tokens = terse.get(ConsistencyTokens);
  const strange = tokens.sign({ ...tokens.verify((await post('/counters/0')).token), timeline: 4_000_000_000 });
  expect(await call(terse, 'GET', '/nothing', { 'x-consistency-token': strange })).toMatchObject({ status: 200, token: expect.stringMatching(/^v1\./) });
  const before = await missed();
  proxy.point(1); // nobody listens there
  expect(await call(terse, 'GET', '/nothing', { 'x-consistency-token': strange })).toMatchObject({ status: 200, token: '' });
  expect(await missed()).toBe(before + 1);
});
