import { generateKeyPairSync } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createLocalJWKSet, type JWK } from 'jose';
import { InvalidPassError, type Pass } from '../pass/pass';
import { PassIssuer } from '../pass/pass-issuer';
import { PassVerifier } from '../pass/pass-verifier';
import { CurrentPass, RequiresPass } from './requires-pass.decorator';
import { passOf as passIn, RequiresPassGuard } from './requires-pass.guard';

const key = { ...(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK), kid: 'test' };
const issuer = new PassIssuer([key]);
const keys = createLocalJWKSet(issuer.publicKeys);
let keysAreAway = false;

@RequiresPass('sale')
@Controller('sale')
class SaleController {
  @Get('class')
  get(@CurrentPass() { visitor }: Pass): string {
    return visitor;
  }

  @RequiresPass('vip')
  @Get('handler')
  handler(@CurrentPass() { room }: Pass): string {
    return room;
  }
}

@Controller()
class OpenController {
  @Get('free')
  get(): string {
    return 'free';
  }

  @Get('forgotten')
  forgotten(@CurrentPass() { visitor }: Pass): string {
    return visitor;
  }

  @RequiresPass('sale')
  @Get('guarded')
  guarded(): string {
    return 'in';
  }
}

let app: NestFastifyApplication;
const verifier = new PassVerifier((...args) => (keysAreAway ? Promise.reject(new TypeError('fetch failed')) : keys(...args)));
beforeAll(async () => {
  const module = await Test.createTestingModule({ controllers: [SaleController, OpenController], providers: [{ provide: PassVerifier, useValue: verifier }] }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.init();
});
afterAll(() => app?.close());

const passOf = (room: string): Promise<string> => issuer.issue({ room, visitor: 'mina', id: `${room}:1`, expiresAt: Math.floor(Date.now() / 1_000) + 60 });

async function get(url: string, headers: Record<string, string> = {}): Promise<string> {
  const { statusCode, body } = await app.inject({ url, headers });
  return `${statusCode} ${statusCode === 200 ? body : ''}`.trim();
}

it('lets in by the header, and by the cookie of that room', async () => {
  const pass = await passOf('sale');
  expect(await get('/sale/class', { 'x-waiting-pass': pass })).toBe('200 mina');
  expect(await get('/sale/class', { cookie: `a=b; waiting-pass-sale=${pass}; c=d` })).toBe('200 mina');
  expect(await get('/sale/class', { cookie: `waiting-pass-sale-2=x;waiting-pass-sale=${pass}` })).toBe('200 mina');
  expect(await get('/sale/class', { cookie: `waiting-pass-sale=${pass}`, 'x-waiting-pass': '' })).toBe('401'); // the header goes first
  expect(await get('/guarded', { 'x-waiting-pass': pass })).toBe('200 in');
});

it('is also a guard for all routes, which leaves alone what asks for no pass', async () => {
  const guard = new RequiresPassGuard(new Reflector(), verifier);
  const at = (handler: keyof OpenController): ExecutionContextHost => new ExecutionContextHost([{ headers: {} }], OpenController, OpenController.prototype[handler]);
  expect(await guard.canActivate(at('get'))).toBe(true);
  await expect(guard.canActivate(at('guarded'))).rejects.toMatchObject({ status: 401, cause: expect.any(InvalidPassError) });
});

it('says so where a handler wants a pass and nobody has asked for one', async () => {
  expect(await get('/forgotten', { 'x-waiting-pass': await passOf('sale') })).toBe('500');
  expect(() => passIn({})).toThrow('This handler has no @RequiresPass().');
});

it('asks for the room of the handler before that of the class', async () => {
  expect(await get('/sale/handler', { 'x-waiting-pass': await passOf('vip') })).toBe('200 vip');
  expect(await get('/sale/handler', { 'x-waiting-pass': await passOf('sale') })).toBe('401');
});

it('refuses none, another room\'s, and what is none, and leaves other routes alone', async () => {
  const [sale, vip] = [await passOf('sale'), await passOf('vip')];
  const refused = [{}, { 'x-waiting-pass': '' }, { 'x-waiting-pass': vip }, { cookie: `waiting-pass-sale=${vip}` }, { cookie: `waiting-pass-vip=${sale}` }, { cookie: `xwaiting-pass-sale=${sale}` }, { authorization: `Bearer ${sale}` }];
  for (const headers of refused) {
    expect(await get('/sale/class', headers as Record<string, string>)).toBe('401');
    expect(await get('/guarded', headers as Record<string, string>)).toBe('401');
  }
  expect(await get('/free')).toBe('200 free');
  const { message } = (await app.inject({ url: '/guarded' })).json<{ message: string }>();
  expect(message).toBe('The pass is missing: send it as X-Waiting-Pass. Enter the waiting room for another one.');
});

it('is an error of its own when the keys cannot be read, and lets nobody in', async () => {
  keysAreAway = true;
  expect(await get('/guarded', { 'x-waiting-pass': await passOf('sale') })).toBe('500');
  keysAreAway = false;
});
