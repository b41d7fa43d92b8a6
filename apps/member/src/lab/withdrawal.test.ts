import { createKafka, ensureTopics, TopicReader } from '@madang/event-bus';
import { memberEvents } from '@madang/events';
import { createService } from '@madang/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { exportJWK, generateKeyPair } from 'jose';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { ABSENT, ADMIN_TOKEN, GUARDED, LAB, lookAtLab, lookForLab, tell, turn } from '../../../../libs/lab/testing/lab-endpoints';
import { AppModule } from '../app.module';
import { memberDatabase } from '../data-source';
import { memberConfig } from '../member.config';

let infra: Infra;
let database: DataSource;
let app: NestFastifyApplication;
let plain: NestFastifyApplication;
let board: Server;
let boardAnswers = 204;
let asked: { body: unknown; authorization: string | undefined }[] = [];
let number = 0;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['member'] }, kafka: true });
  await ensureTopics(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }), [memberEvents]);
  database = await new DataSource({ ...memberDatabase(infra.postgres.url('member')), migrationsRun: true }).initialize();
  board = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      asked.push({ body: JSON.parse(text), authorization: request.headers.authorization });
      response.writeHead(boardAnswers).end();
    });
  }).listen(0, '127.0.0.1');
  await once(board, 'listening');
  plain = await start({});
  app = await start(LAB);
}, 120_000);

afterAll(async () => {
  await app?.close();
  await plain?.close();
  await database?.destroy();
  board?.close();
  await infra?.stop();
});

beforeEach(async () => {
  [asked, boardAnswers] = [[], 204];
  await turn(app, 'withdrawal', 'outbox');
});

async function start(more: Record<string, string>): Promise<NestFastifyApplication> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const env = {
    MEMBER_DATABASE_URL: infra.postgres.url('member'),
    MEMBER_JWT_PRIVATE_KEY: JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'test' }),
    AUTH_ISSUER: 'http://127.0.0.1:8101',
    LAB_BOARD_URL: `http://127.0.0.1:${(board.address() as AddressInfo).port}`,
    LAB_KAFKA_BROKERS: infra.kafka.brokers.join(','),
    ADMIN_TOKEN,
    LOG_LEVEL: 'silent',
    ...more,
  };
  const about = { name: 'member', title: 'member', description: 'member', config: memberConfig };
  const { app: started } = await createService({ ...about, module: (config) => AppModule.forRoot(config), port: () => 0 }, env);
  await started.init();
  await started.getHttpAdapter().getInstance().ready();
  return started;
}

/** @returns what DELETE /members/me answers, whether the member has withdrawn, and which events lie in the outbox and on the topic */
async function withdrawal(): Promise<{ memberId: string; status: number; withdrawn: boolean; outbox: string[]; topic: string[] }> {
  const account = { email: `member-${++number}@example.com`, password: 'correct horse battery' };
  const post = async (url: string, payload: object) => (await app.inject({ method: 'POST', url, payload })).json<Record<string, string>>();
  const { id: memberId = '' } = await post('/members', { ...account, nickname: 'mina' });
  const { accessToken = '' } = await post('/sessions', account);
  const { statusCode } = await app.inject({ method: 'DELETE', url: '/members/me', headers: { authorization: `Bearer ${accessToken}` } });
  const [row]: { withdrawn: boolean }[] = await database.query('SELECT withdrawn_at IS NOT NULL AS withdrawn FROM member WHERE id = $1', [memberId]);
  const rows: { type: string }[] = await database.query('SELECT type FROM outbox WHERE aggregateid = $1 ORDER BY aggregateversion', [memberId]);
  return { memberId, status: statusCode, withdrawn: row?.withdrawn ?? false, outbox: rows.map(({ type }) => type), topic: await producedOf(memberId) };
}

async function producedOf(memberId: string): Promise<string[]> {
  const reader = new TopicReader(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }));
  const found: string[] = [];
  for (const partition of await reader.bounds((topic) => topic === memberEvents.name)) {
    for await (const { key, headers } of reader.records(partition)) if (key?.toString() === memberId) found.push(headers['ce_type']?.toString() ?? '');
  }
  await reader.close();
  return found;
}

/** `kill -9` cannot be borne by a test, so what comes after it is kept from happening. */
async function dyingAfterCommit<T>(work: () => Promise<T>): Promise<T> {
  const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
    throw new Error('killed here');
  });
  try {
    await tell(app, 'die-after-commit', 1);
    return await work();
  } finally {
    await tell(app, 'die-after-commit', 0);
    kill.mockRestore();
  }
}

it('the lab is there in the sandbox alone, for the admin alone, and in no document', async () => {
  expect(await lookAtLab(app, 'withdrawal')).toEqual({ ...GUARDED, state: { switches: { withdrawal: 'outbox' }, faults: { 'die-after-commit': 0 } } });
  expect(await lookForLab(plain)).toEqual(ABSENT);
});

it('the outbox: the event has committed with the withdrawal, also if the process dies right after', async () => {
  const expected = { withdrawn: true, outbox: ['member.registered', 'member.withdrawn'], topic: [] };
  expect(await withdrawal()).toMatchObject({ ...expected, status: 204 });
  expect(await dyingAfterCommit(withdrawal)).toMatchObject(expected);
  expect(asked).toEqual([]);
});

it('a direct call tells the board, and nobody if the board or the process is away in that moment', async () => {
  await turn(app, 'withdrawal', 'direct-call');
  const { memberId, ...rest } = await withdrawal();
  expect(rest).toEqual({ status: 204, withdrawn: true, outbox: ['member.registered'], topic: [] });
  expect(asked).toEqual([{ body: { memberId }, authorization: `Bearer ${ADMIN_TOKEN}` }]);
  boardAnswers = 500;
  expect(await withdrawal()).toMatchObject({ status: 503, withdrawn: true, outbox: ['member.registered'], topic: [] });
  asked = [];
  expect(await dyingAfterCommit(withdrawal)).toMatchObject({ withdrawn: true, outbox: ['member.registered'], topic: [] });
  expect(asked).toEqual([]);
});

it('a dual write produces the event, and loses it if the process dies in between', async () => {
  await turn(app, 'withdrawal', 'dual-write');
  expect(await withdrawal()).toMatchObject({ status: 204, withdrawn: true, outbox: ['member.registered'], topic: ['member.withdrawn'] });
  expect(await dyingAfterCommit(withdrawal)).toMatchObject({ withdrawn: true, outbox: ['member.registered'], topic: [] });
});
