import { once } from 'node:events';
import { connect } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fault } from '../../test/fixture-service';
import { startFixture, stopFixtures } from '../../test/start-fixture';
import { Problem } from './problem';

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await startFixture();
});
afterAll(stopFixtures);

const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends a request and insists that its refusal is a well-formed problem. */
async function refusal(call: Parameters<NestFastifyApplication['inject']>[0]): Promise<Problem & { headers: object }> {
  const response = await app.inject(call as object);
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = Problem.parse(response.json());
  expect(problem.status).toBe(response.statusCode);
  expect(response.headers['x-trace-id']).toBe(problem.traceId);
  expect(response.body).not.toMatch(/ {4}at |select |node_modules/i);
  return { ...problem, headers: response.headers };
}

function post(payload: string | Buffer, headers: object = JSON_TYPE) {
  return refusal({ method: 'POST', url: '/notes', payload, headers: headers as Record<string, string> });
}

describe('a malformed body', () => {
  it.each([
    ['cut off', '{"text":"Hel'],
    ['no JSON', 'text=Hello'],
    ['never closed', '['.repeat(60_000)],
    ['poisoned prototype', '{"text":"x","__proto__":{"admin":true}}'],
    ['poisoned constructor', '{"text":"x","constructor":{"prototype":{}}}'],
    ['not UTF-8', Buffer.from('7b2274657874223a22ff227d', 'hex')],
  ])('%s is 400 malformed-json', async (_, payload) => {
    expect(await post(payload)).toMatchObject({ status: 400, code: 'malformed-json' });
  });

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['deep', `{"text":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['a NUL', String.raw`{"text":"a\u0000b"}`],
    ['a lone surrogate', String.raw`{"text":"a\ud800b"}`],
    ['too long', JSON.stringify({ text: 'x'.repeat(11) })],
    ['unknown field', '{"text":"x","admin":true}'],
    ['wrong type', '{"text":{"$ne":1}}'],
  ])('%s is 400 validation-failed, naming the field', async (_, payload) => {
    const problem = await post(payload);
    expect(problem).toMatchObject({ status: 400, code: 'validation-failed' });
    expect(problem.errors?.[0]?.in).toBe('body');
  });

  it('keeps the answer to a body with thousands of faults small', async () => {
    const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));
    expect(JSON.stringify(await post(JSON.stringify(fields))).length).toBeLessThan(3_000);
  });

  it('too large is 413', async () => {
    expect(await post(JSON.stringify({ text: 'x'.repeat(65_536) }))).toMatchObject({ status: 413, code: 'payload-too-large' });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', ';;;'])(
    '%s is 415',
    async (type) => {
      expect(await post('{"text":"x"}', { 'content-type': type })).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    },
  );
});

describe('a malformed URL', () => {
  it.each(['/%zz', '/notes/%c3%28', '/%'])('%s is 400', async (url) => {
    expect((await refusal({ method: 'GET', url })).status).toBe(400);
  });

  it.each(['/notes/%00', '/notes/zz', `/notes/${'a'.repeat(5_000)}`])('an id that is none is 400', async (url) => {
    const problem = await refusal({ method: 'GET', url });
    expect(problem).toMatchObject({ status: 400, errors: [{ in: 'path', field: 'id' }] });
  });

  it.each(['limit=0', 'limit=101', 'limit=', 'limit=0x5', 'limit=1&limit=2', 'cursor=%00', 'cursor=!', 'cursor=AAAA', 'x=1', '__proto__=1'])(
    '?%s is 400',
    async (query) => {
      expect(await refusal({ method: 'GET', url: `/notes?${query}` })).toMatchObject({ status: 400, code: 'validation-failed' });
    },
  );

  it('unknown is 404', async () => {
    expect(await refusal({ method: 'GET', url: '/nothing' })).toMatchObject({ status: 404, code: 'route-not-found' });
  });

  it('known with another method is 405 and says which methods there are', async () => {
    expect(await refusal({ method: 'PUT', url: '/notes?x=1' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD, POST' },
    });
    expect(await refusal({ method: 'POST', url: '/notes/1' })).toMatchObject({ headers: { allow: 'DELETE, GET, HEAD' } });
    expect(await refusal({ method: 'POST', url: '/notes/newest' })).toMatchObject({ headers: { allow: 'GET, HEAD' } });
  });
});

describe('a fault on our side', () => {
  it.each([
    ['an error', () => new Error('SELECT secret FROM member')],
    ['a string', () => 'SELECT secret'],
    ['undefined', () => undefined],
    ['null', () => null],
    ['an object that looks like a client error', () => ({ statusCode: 400, message: 'SELECT secret' })],
  ])('%s is 500 and tells nothing', async (_, next) => {
    fault.next = next;
    const problem = await refusal({ method: 'GET', url: '/faults' });
    expect(problem).toMatchObject({ status: 500, code: 'internal-error' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('a database that does not answer is 503 with Retry-After', async () => {
    fault.next = () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:15432'), { code: 'ECONNREFUSED' });
    const problem = await refusal({ method: 'GET', url: '/faults' });
    expect(problem).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(JSON.stringify(problem)).not.toContain('15432');
  });
});

describe('what is no HTTP', () => {
  let port: number;
  beforeAll(async () => {
    await app.listen(0, '127.0.0.1');
    port = Number(new URL(await app.getUrl()).port);
  });

  async function raw(bytes: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.end(bytes);
    await once(socket, 'close');
    return answer;
  }

  it('is answered 400 as a problem', async () => {
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"status":400/);
  });

  it('with endless headers is answered 431 as a problem', async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 [\s\S]*application\/problem\+json/);
  });

  it('survives a client that goes away in the middle of its body', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"te');
    await once(socket, 'connect');
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
  });
});

it('carries the security headers on success and on every refusal', async () => {
  for (const url of ['/health/live', '/nothing', '/%zz', '/me']) {
    const { headers } = await app.inject({ method: 'GET', url });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining("default-src 'none'") });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  }
});

it('takes an empty JSON body for none where none is needed', async () => {
  const response = await app.inject({ method: 'GET', url: '/health/live', headers: JSON_TYPE });
  expect(response.statusCode).toBe(200);
  expect((await app.inject({ method: 'DELETE', url: '/notes/zz', headers: JSON_TYPE, payload: '' })).statusCode).toBe(401);
});
