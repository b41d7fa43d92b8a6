import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createService, type Service } from '@madang/service-kit';
import { AppModule } from '../app.module';
import { type ConsoleConfig, consoleConfig } from '../console.config';
import { Runner } from '../processes/runner';

const TOKEN = 'an-admin-token-of-a-test';
const OWN = { host: '127.0.0.1:8100' };
const ADMITTED = { ...OWN, authorization: `Bearer ${TOKEN}` };

const seen: { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
const board = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += String(part)));
  request.on('end', () => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(201, { 'content-type': 'text/html', 'set-cookie': 'a=b', 'content-security-policy': "default-src *", 'x-consistency-token': 't1' }).end('<script>alert(1)</script>');
  });
});

/** What the runner sets; one of both alone is no sandbox. */
const SANDBOX = { MADANG_LAB: '1', NODE_ENV: 'development' };
const apps: Service<ConsoleConfig>['app'][] = [];

async function consoleWith(env: Record<string, string> = {}) {
  const { port } = board.address() as AddressInfo;
  const { app } = await createService(
    { name: 'console', title: 't', description: 'd', config: consoleConfig, module: (config) => AppModule.forRoot(config), port: ({ CONSOLE_PORT }) => CONSOLE_PORT },
    {
      LOG_LEVEL: 'silent', KAFKA_BROKERS: '127.0.0.1:1', LAB_POSTGRES_URLS: 'primary=postgres://a:b@127.0.0.1:1/postgres,replica-1=postgres://a:b@127.0.0.1:1/postgres',
      LAB_SERVICE_URLS: `board=http://127.0.0.1:${port},dead=http://127.0.0.1:1`, LAB_RUNNER_FILE: '/nowhere/runner.json', ADMIN_TOKEN: TOKEN, CONSOLE_PAGE_DIRECTORY: '/nowhere', ...env,
    },
  );
  apps.push(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

beforeAll(async () => {
  board.listen(0, '127.0.0.1');
  await once(board, 'listening');
  // What the lab's driver reads for itself.
  Object.assign(process.env, { ADMIN_TOKEN: TOKEN, LAB_RUNNER_FILE: '/nowhere/runner.json', LAB_SERVICE_URLS: 'board=http://127.0.0.1:1', LAB_POSTGRES_URLS: 'replica-1=postgres://a:b@127.0.0.1:1/postgres' });
});

afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  board.close();
});

const CALLS = [
  ['GET', '/'], ['GET', '/api/feed'], ['GET', '/api/topology'], ['GET', '/api/records'], ['GET', '/api/spans'], ['GET', '/api/services/board/posts'], ['GET', '/lab'],
  ['POST', '/v1/traces'], ['PUT', '/lab/switches/inbox'], ['POST', '/lab/reset'], ['GET', '/docs-json'], ['GET', '/metrics'],
] as const;

test('a name that was made to lead here, and a foreign page, get nowhere, whatever they carry', async () => {
  const app = await consoleWith(SANDBOX);
  for (const [method, url] of CALLS) {
    const rebound = await app.inject({ method, url, headers: { ...ADMITTED, host: 'attacker.example:8100' } });
    expect([method, url, rebound.statusCode, rebound.json<{ code: string }>().code]).toEqual([method, url, 403, 'foreign-host']);
    const foreign = await app.inject({ method, url, headers: { ...ADMITTED, origin: 'http://attacker.example' } });
    expect([method, url, foreign.statusCode, foreign.json<{ code: string }>().code]).toEqual([method, url, 403, 'foreign-origin']);
  }
});

test('without the token nothing is told and nothing is done', async () => {
  const app = await consoleWith(SANDBOX);
  for (const [method, url] of CALLS.filter(([, path]) => /^\/(api|lab)/.test(path))) {
    const answers = [await app.inject({ method, url, headers: OWN }), await app.inject({ method, url, headers: { ...OWN, authorization: 'Bearer another' } })];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
  }
  expect(seen).toEqual([]);
});

test('the lab is there in sandbox mode only, and in no document', async () => {
  const [sandbox, ...elsewhere] = [await consoleWith(SANDBOX), await consoleWith(), await consoleWith({ MADANG_LAB: '1' }), await consoleWith({ MADANG_LAB: '1', NODE_ENV: 'production' }), await consoleWith({ NODE_ENV: 'development' })];
  const calls = [['GET', '/lab'], ['PUT', '/lab/switches/inbox'], ['POST', '/lab/faults'], ['DELETE', '/lab/faults/x'], ['POST', '/lab/reset'], ['PUT', '/lab/replicas/replica-1'], ['POST', '/lab/processes/board/kill'], ['POST', '/lab/runs'], ['GET', '/lab/runs/x']] as const;
  for (const [method, url] of calls) {
    for (const app of elsewhere) expect((await app.inject({ method, url, headers: ADMITTED })).statusCode).toBe(404);
    expect((await sandbox.inject({ method, url, headers: OWN })).statusCode).toBe(401);
  }
  expect((await sandbox.inject({ method: 'POST', url: '/lab/faults', headers: ADMITTED, payload: { name: 'no-such-fault' } })).statusCode).toBe(404);
  const { paths } = (await sandbox.inject({ url: '/docs-json', headers: OWN })).json<{ paths: Record<string, unknown> }>();
  expect(Object.keys(paths)).toContain('/api/topology');
  expect(Object.keys(paths).filter((path) => path.startsWith('/lab'))).toEqual([]);
});

test('the console neither stops nor freezes itself: from here nobody could start it again', async () => {
  const app = await consoleWith(SANDBOX);
  for (const action of ['stop', 'pause']) {
    const answer = await app.inject({ method: 'POST', url: `/lab/processes/console/${action}`, headers: ADMITTED });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([409, 'console-itself']);
  }
  const killed = await app.inject({ method: 'POST', url: '/lab/processes/console/kill', headers: ADMITTED });
  expect(killed.json<{ code: string }>().code).toBe('unavailable'); // asked of the runner, which is nowhere
});

test('a call to a service is passed on with its own token, and the answer can do nothing to the page', async () => {
  const app = await consoleWith();
  const { port } = board.address() as AddressInfo;
  const answer = await app.inject({
    method: 'POST', url: '/api/services/board/posts?a=%20b', payload: { title: 'x' },
    headers: { ...ADMITTED, 'x-service-authorization': 'Bearer member', 'x-consistency-token': 't0', cookie: 'secret=1', origin: 'http://127.0.0.1:8100' },
  });
  expect(answer.statusCode).toBe(201);
  expect(answer.headers).toMatchObject({ 'x-target-url': `http://127.0.0.1:${port}/posts?a=%20b`, 'x-consistency-token': 't1', 'x-content-type-options': 'nosniff' });
  expect(answer.headers['set-cookie']).toBeUndefined();
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  expect(seen.at(-1)).toMatchObject({ method: 'POST', url: '/posts?a=%20b', body: '{"title":"x"}', headers: { authorization: 'Bearer member', 'x-consistency-token': 't0' } });
  expect(seen.at(-1)?.headers).not.toHaveProperty('cookie');
  expect(seen.at(-1)?.headers).not.toHaveProperty('origin');

  await app.inject({ url: '/api/services/board/posts', headers: ADMITTED });
  expect(seen.at(-1)?.headers.authorization).toBeUndefined();
  await app.inject({ url: '/api/services/board/posts', headers: { ...ADMITTED, 'x-lab-admin': '1' } });
  expect(seen.at(-1)?.headers.authorization).toBe(`Bearer ${TOKEN}`);
});

test('known services only', async () => {
  const app = await consoleWith();
  for (const url of ['/api/services/elsewhere/x', '/api/services/board//127.0.0.1:1/x', '/api/services/board/%2F%2F127.0.0.1:1/', '/api/services/board/..%2f..%2f/x']) {
    const before = seen.length;
    const { statusCode } = await app.inject({ url, headers: ADMITTED });
    // Either refused, or it went to the board and nowhere else.
    expect(statusCode === 404 || seen.length === before + 1).toBe(true);
  }
  expect((await app.inject({ url: '/api/services/dead/x', headers: ADMITTED })).statusCode).toBe(503);
});

test('where the page is not built its place says how to', async () => {
  const app = await consoleWith();
  const { statusCode, body, headers } = await app.inject({ url: '/', headers: OWN });
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(body).toContain('npm run build');
  expect(headers['content-security-policy']).toContain("script-src 'self'");
  expect(body).not.toMatch(/<script/);
});

test('a batch of spans may be larger than what services take, and is bounded', async () => {
  const app = await consoleWith();
  const headers = { ...OWN, 'content-type': 'application/json' };
  expect((await app.inject({ method: 'POST', url: '/v1/traces', headers, payload: JSON.stringify({ resourceSpans: [], x: 'y'.repeat(1_000_000) }) })).statusCode).toBe(200);
  expect((await app.inject({ method: 'POST', url: '/v1/traces', headers, payload: JSON.stringify({ x: 'y'.repeat(5_000_000) }) })).statusCode).toBe(413);
  expect((await app.inject({ method: 'POST', url: '/v1/traces', headers, payload: '{"resourceSpans":1}' })).statusCode).toBe(400);
});

describe('in a container', () => {
  const inContainer = {
    HOST: '0.0.0.0', CONSOLE_PUBLIC_URLS: 'console=http://127.0.0.1:18100,board=http://127.0.0.1:18102,chat=http://127.0.0.1:18104',
    CONSOLE_CONTAINERS: JSON.stringify([
      { name: 'board', kind: 'service', dependsOn: ['migrate:board'], page: 'http://127.0.0.1:18102/docs', at: '127.0.0.1:1' },
      { name: 'migrate:board', kind: 'job', dependsOn: [], page: null, at: null },
      { name: 'kafka', kind: 'part', dependsOn: [], page: null, at: '127.0.0.1:1' },
    ]),
  };
  const own = { host: '127.0.0.1:18100' };

  test('it answers to the address that is published, and to services that send spans', async () => {
    const app = await consoleWith(inContainer);
    expect((await app.inject({ url: '/', headers: own })).statusCode).toBe(200);
    expect((await app.inject({ url: '/', headers: OWN })).statusCode).toBe(403);
    const spans = { method: 'POST', url: '/v1/traces', payload: {} } as const;
    expect((await app.inject({ ...spans, headers: { host: 'console:8100' } })).statusCode).toBe(200);
    expect((await app.inject({ ...spans, headers: { host: 'console:8100', origin: 'http://attacker.example' } })).statusCode).toBe(403);
    expect((await app.inject({ url: '/api/topology', headers: { ...ADMITTED, host: 'console:8100' } })).statusCode).toBe(403);
  });

  test('it shows what there is, whether it answers, and where a browser finds it', async () => {
    const app = await consoleWith(inContainer);
    const headers = { ...ADMITTED, ...own };
    const { nodes } = (await app.inject({ url: '/api/topology', headers })).json<{ nodes: { id: string; docs: string | null }[] }>();
    expect(nodes).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'board', docs: 'http://127.0.0.1:18102/docs' }), expect.objectContaining({ id: 'db:board' }), expect.objectContaining({ id: 'kafka' })]));
    const states = await app.get(Runner).status();
    expect(states.map(({ name, state, pid }) => [name, state, pid])).toEqual([['board', 'stopped', null], ['migrate:board', 'done', null], ['kafka', 'stopped', null]]);
    expect((await app.inject({ url: '/api/services/board/posts', headers })).headers['x-target-url']).toBe('http://127.0.0.1:18102/posts');
    expect((await app.inject({ url: '/api/processes/board/logs', headers })).json<{ detail: string }>().detail).toContain('docker compose logs');
  });

  test('there is no lab, and it says so', async () => {
    const app = await consoleWith(inContainer);
    for (const [method, url] of [['GET', '/lab'], ['POST', '/lab/processes/board/kill']] as const) {
      expect((await app.inject({ method, url, headers: { ...ADMITTED, ...own } })).json<{ code: string }>().code).toBe('no-lab');
      expect((await app.inject({ method, url, headers: own })).statusCode).toBe(401);
    }
  });

  test('a list that is none is told at the start', async () => {
    await expect(consoleWith({ ...inContainer, CONSOLE_CONTAINERS: '[{"name":1}]' })).rejects.toThrow('CONSOLE_CONTAINERS');
  });
});

test('it listens on loopback or not at all', async () => {
  await expect(consoleWith({ HOST: '0.0.0.0' })).rejects.toThrow('HOST');
});
