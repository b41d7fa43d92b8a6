import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLocalJWKSet, type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { startFixture, stopFixtures } from '../../test/start-fixture';

const MEMBER = '0198c6a2-7f3b-7c41-9d2e-5b8f6a1c4e70';
const issuer = 'http://127.0.0.1:8101';
const audience = 'madang';

let privateKey: CryptoKey;
let publicKey: CryptoKey;
let jwk: JWK;
/** In the key set, but of an algorithm that is not on the list. */
let elliptic: { privateKey: CryptoKey; publicKey: CryptoKey };
let app: NestFastifyApplication;

beforeAll(async () => {
  ({ privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true }));
  jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA' };
  elliptic = await generateKeyPair('ES256', { extractable: true });
  const keys = createLocalJWKSet({ keys: [jwk, { ...(await exportJWK(elliptic.publicKey)), kid: 'k3' }] });
  app = await startFixture({ auth: { keys, issuer, audience } }, { ADMIN_TOKEN: 'a-long-admin-token' });
});
afterAll(stopFixtures);

function draft(claims: object = {}): SignJWT {
  return new SignJWT({ iss: issuer, aud: audience, sub: MEMBER, exp: Math.floor(Date.now() / 1_000) + 60, ...claims });
}

function sign(claims: object = {}, header: object = {}): Promise<string> {
  return draft(claims).setProtectedHeader({ alg: 'EdDSA', kid: 'k1', ...header }).sign(privateKey);
}

async function ask(token: string | undefined, url = '/me', service = app) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await service.inject({ method: 'GET', url, headers });
  return { status: response.statusCode, body: response.json<Record<string, unknown>>(), challenge: response.headers['www-authenticate'] };
}

it('lets a member in and says who it is', async () => {
  expect(await ask(await sign())).toMatchObject({ status: 200, body: { memberId: MEMBER } });
});

it('asks whoever brings no token for one, on every route that is not public', async () => {
  expect(await ask(undefined)).toMatchObject({ status: 401, challenge: 'Bearer', body: { code: 'unauthorized' } });
  for (const url of ['/notes/x', '/notes/x/', '/notes/%78', '//me', '/me/', '/me?x', '/ME']) {
    const { statusCode } = await app.inject({ method: url.startsWith('/notes') ? 'DELETE' : 'GET', url });
    expect([401, 404]).toContain(statusCode);
  }
});

describe('refuses', () => {
  const cases: Record<string, () => Promise<string> | string> = {
    'what is no token': () => 'abc',
    'three dots': () => '..',
    'a token without signature': () => new UnsecuredJWT({ sub: MEMBER }).setIssuer(issuer).setAudience(audience).setExpirationTime('1m').encode(),
    'alg none with a key id': async () => {
      const [, payload] = (await sign()).split('.');
      return `${Buffer.from('{"alg":"none","kid":"k1"}').toString('base64url')}.${payload}.`;
    },
    'HS256 with the public key as secret': async () =>
      draft().setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(Buffer.from(await exportSPKI(publicKey))),
    'HS256 with the raw public key as secret': () =>
      draft().setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(Buffer.concat([Buffer.from(jwk.x ?? '', 'base64url')])),
    'an algorithm that is not on the list, though the key is known': () =>
      draft().setProtectedHeader({ alg: 'ES256', kid: 'k3' }).sign(elliptic.privateKey),
    'a key of somebody else': async () => {
      const other = await generateKeyPair('EdDSA');
      return draft().setProtectedHeader({ alg: 'EdDSA', kid: 'k1' }).sign(other.privateKey);
    },
    'a key brought along': async () => {
      const other = await generateKeyPair('EdDSA', { extractable: true });
      return draft().setProtectedHeader({ alg: 'EdDSA', kid: 'k1', jwk: await exportJWK(other.publicKey) }).sign(other.privateKey);
    },
    'a changed payload': async () => {
      const [header, , signature] = (await sign()).split('.');
      const payload = Buffer.from(JSON.stringify({ iss: issuer, aud: audience, sub: MEMBER, exp: 9e9 })).toString('base64url');
      return `${header}.${payload}.${signature}`;
    },
    'another issuer': () => sign({ iss: 'http://elsewhere' }),
    'no issuer': () => sign({ iss: undefined }),
    'another audience': () => sign({ aud: 'elsewhere' }),
    'no audience': () => sign({ aud: undefined }),
    'an expired token': () => sign({ exp: Math.floor(Date.now() / 1_000) - 60 }),
    'a token for ever': () => sign({ exp: undefined }),
    'a token of tomorrow': () => sign({ nbf: Math.floor(Date.now() / 1_000) + 3_600 }),
    'no subject': () => sign({ sub: undefined }),
    'a subject that is no member': () => sign({ sub: 'admin' }),
    'no key id': () => sign({}, { kid: undefined }),
    'an unknown key id': () => sign({}, { kid: 'k2' }),
    'unknown critical headers': async () => {
      const [, payload, signature] = (await sign()).split('.');
      return `${Buffer.from('{"alg":"EdDSA","kid":"k1","crit":["x"],"x":1}').toString('base64url')}.${payload}.${signature}`;
    },
  };

  it.each(Object.entries(cases))('%s', async (_, token) => {
    expect(await ask(await token())).toMatchObject({
      status: 401,
      challenge: expect.stringMatching(/^Bearer/),
      body: { status: 401, traceId: expect.stringMatching(/^[\da-f]{32}$/) },
    });
  });
});

it('opens admin routes to the admin token alone', async () => {
  expect((await app.inject({ url: '/admin', headers: { authorization: 'Bearer a-long-admin-token' } })).statusCode).toBe(200);
  for (const token of [undefined, 'a-long-admin-tokex', 'x', await sign()]) {
    expect((await ask(token, '/admin')).status).toBe(401);
  }
  const closed = await startFixture();
  expect((await ask('undefined', '/admin', closed)).status).toBe(401);
});

it('denies everything that is not public in a service without AuthModule', async () => {
  expect((await ask(await sign(), '/me', await startFixture())).status).toBe(401);
});

it('turns away a member who withdrew', async () => {
  class Nobody {
    isActive = (): Promise<boolean> => Promise.resolve(false);
  }
  const keys = createLocalJWKSet({ keys: [jwk] });
  const service = await startFixture({ auth: { keys, issuer, audience, memberStatus: { useClass: Nobody } } });
  expect(await ask(await sign(), '/me', service)).toMatchObject({ status: 401, body: { code: 'invalid-token' } });
});

describe('with the keys of another service', () => {
  let server: Server;
  let url: string;
  let answer: { status: number; body: string };

  beforeEach(async () => {
    answer = { status: 200, body: JSON.stringify({ keys: [jwk] }) };
    server = createServer((_, response) => response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['fails', { status: 500, body: '' }],
    ['answers nonsense', { status: 200, body: '<html>' }],
    ['answers no key set', { status: 200, body: '{}' }],
  ])('says 503, not 401, while it %s', async (_, broken) => {
    answer = broken;
    const service = await startFixture({ auth: { keys: url, issuer, audience } });
    expect(await ask(await sign(), '/me', service)).toMatchObject({ status: 503, body: { code: 'keys-unavailable' } });
    expect((await ask('abc', '/me', service)).status).toBe(401);
  });

  it('says 503, not 401, while it is not there, and lets the member in once it is back', async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    const service = await startFixture({ auth: { keys: url, issuer, audience } });
    expect((await ask(await sign(), '/me', service)).status).toBe(503);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect((await ask(await sign(), '/me', service)).status).toBe(200);
  });

  it('goes on with the keys it knows while it is away', async () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'setInterval', 'queueMicrotask'] });
    try {
      const service = await startFixture({ auth: { keys: url, issuer, audience } });
      expect((await ask(await sign(), '/me', service)).status).toBe(200);
      server.closeAllConnections();
      server.close();
      jest.setSystemTime(Date.now() + 3_600_000);
      expect((await ask(await sign(), '/me', service)).status).toBe(200);
    } finally {
      jest.useRealTimers();
    }
  });
});
