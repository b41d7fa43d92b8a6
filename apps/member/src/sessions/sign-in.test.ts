import { createService } from '@madang/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Outbox } from '@madang/outbox';
import { exportJWK, generateKeyPair } from 'jose';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { AppModule } from '../app.module';
import { memberDatabase } from '../data-source';
import { memberConfig } from '../member.config';
import { ActiveMembers } from '../members/active-members';
import { WithdrawMemberService } from '../members/withdraw-member.service';
import { AccessTokenService } from '../tokens/access-token.service';
import { SignInBrake } from './sign-in-brake';
import { SignInService } from './sign-in.service';

const PASSWORD = 'correct horse battery';

let infra: Infra;
let app: NestFastifyApplication;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['member'] } });
  const url = infra.postgres.url('member');
  const database = await new DataSource({ ...memberDatabase(url), migrationsRun: true }).initialize();
  await database.destroy();
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const env = {
    MEMBER_DATABASE_URL: url,
    MEMBER_JWT_PRIVATE_KEY: JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'test' }),
    AUTH_ISSUER: 'http://127.0.0.1:8101',
    LOG_LEVEL: 'silent',
  };
  const about = { name: 'member', title: 'member', description: 'member', config: memberConfig };
  ({ app } = await createService({ ...about, module: (config) => AppModule.forRoot(config), port: () => 0 }, env));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});

afterAll(async () => {
  await app?.close();
  await infra?.stop();
});

async function post(url: string, payload: object) {
  const response = await app.inject({ method: 'POST', url, payload });
  return { status: response.statusCode, headers: response.headers, body: response.json<Record<string, string>>() };
}

const signIn = (email: string, password = PASSWORD) => post('/sessions', { email, password });

async function register(email: string): Promise<string> {
  const { body, status } = await post('/members', { email, nickname: 'mina', password: PASSWORD });
  expect(status).toBe(201);
  return body['id'] ?? '';
}

async function statusesOf(times: number, email: string, password: string): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: times }, () => signIn(email, password)));
  return answers.map(({ status }) => status).sort((a, b) => a - b);
}

const TEN_REFUSED_THEN_BRAKED = [...Array.from({ length: 10 }, () => 401), 429, 429, 429, 429, 429];

describe('a sign-in', () => {
  it('with the right password, the email however it is written, gives a token', async () => {
    const id = await register('  A@Example.com ');
    expect(await signIn('a@example.COM')).toMatchObject({ status: 201, body: { memberId: id, accessToken: expect.any(String) } });
  });

  it('is refused alike for a wrong password and for an unknown email', async () => {
    await register('b@example.com');
    const [wrong, unknown] = [await signIn('b@example.com', 'wrong horse battery'), await signIn('nobody@example.com')];
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
    expect({ ...unknown.body, traceId: '' }).toEqual({ ...wrong.body, traceId: '' });
  });

  it('is braked after ten failures, sent side by side, whether or not there is such a member', async () => {
    await register('c@example.com');
    expect(await statusesOf(15, 'c@example.com', 'wrong horse battery')).toEqual(TEN_REFUSED_THEN_BRAKED);
    expect(await statusesOf(15, 'nobody-else@example.com', 'wrong horse battery')).toEqual(TEN_REFUSED_THEN_BRAKED);
    const braked = await signIn(' C@example.com', PASSWORD); // the right one tells a guesser nothing now
    expect(braked).toMatchObject({ status: 429, body: { code: 'too-many-attempts', status: 429 } });
    expect(Number(braked.headers['retry-after'])).toBeGreaterThan(50);
    expect(braked.headers['content-type']).toContain('application/problem+json');
  });

  it('starts the count again when it succeeds', async () => {
    await register('d@example.com');
    expect(await statusesOf(9, 'd@example.com', 'wrong horse battery')).not.toContain(429);
    expect((await signIn('d@example.com')).status).toBe(201);
    expect(await statusesOf(9, 'd@example.com', 'wrong horse battery')).not.toContain(429);
  });

  it('of a hundred members at once from one address is no attack', async () => {
    const emails = Array.from({ length: 100 }, (_, index) => `crowd-${index}@example.com`);
    await Promise.all(emails.map(register));
    const answers = await Promise.all(emails.map((email) => signIn(email)));
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
  });

  it('flood is turned away with 503 once too many wait for a hash', async () => {
    const guesses = await Promise.all(Array.from({ length: 600 }, (_, index) => signIn(`flood-${index}@example.com`)));
    const refused = guesses.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(100);
    expect(refused[0]).toMatchObject({ body: { code: 'busy' }, headers: { 'retry-after': '1' } });
    expect(guesses.filter(({ status }) => status === 401).length).toBeGreaterThan(200);
  });

  it('that could not be checked does not count', async () => {
    const away = Object.create(app.get(DataSource), { query: { value: () => Promise.reject(new Error('away')) } }) as DataSource;
    const service = new SignInService(away, app.get(ActiveMembers), app.get(AccessTokenService), new SignInBrake());
    for (let i = 0; i < 15; i++) {
      await expect(service.signIn({ email: 'g@example.com', password: PASSWORD })).rejects.toThrow('away');
    }
  });

  it('gives no token to a member who withdraws while the password is checked', async () => {
    const id = await register('e@example.com');
    const database = app.get(DataSource);
    const withdrawal = new WithdrawMemberService(database, new Outbox());
    const interrupted = Object.create(database, {
      query: {
        value: async (sql: string, parameters: unknown[]): Promise<unknown> => {
          const rows: unknown = await database.query(sql, parameters);
          await withdrawal.withdraw(id);
          return rows;
        },
      },
    }) as DataSource;
    const service = new SignInService(interrupted, app.get(ActiveMembers), app.get(AccessTokenService), new SignInBrake());
    await expect(service.signIn({ email: 'e@example.com', password: PASSWORD })).rejects.toMatchObject({ status: 401 });
  });
});

describe('a token', () => {
  it('is refused once its member has withdrawn', async () => {
    await register('f@example.com');
    const { body } = await signIn('f@example.com');
    const withdraw = () => app.inject({ method: 'DELETE', url: '/members/me', headers: { authorization: `Bearer ${body['accessToken']}` } });
    expect((await withdraw()).statusCode).toBe(204);
    const again = await withdraw();
    expect(again.statusCode).toBe(401);
    expect(again.json()).toMatchObject({ code: 'invalid-token' });
  });
});

it('documents an email as an email', async () => {
  const document = (await app.inject('/docs-json')).json<{ components: { schemas: Record<string, { properties: object }> } }>();
  const email = { type: 'string', format: 'email', maxLength: 254, example: 'mina@example.com' };
  expect(document.components.schemas['NewMember']?.properties).toMatchObject({ email });
  expect(document.components.schemas['Credentials']?.properties).toMatchObject({ email });
});
