import { cloudEventHeaders, connectEventBus, createKafka, RecordProducer } from '@madang/event-bus';
import { memberEvents, memberWithdrawn } from '@madang/events';
import { createService } from '@madang/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../../infra/test-infra.ts';
import { ABSENT, callLab, GUARDED, LAB, lookAtLab, lookForLab, tell, turn } from '../../../../libs/lab/testing/lab-endpoints';
import { AppModule } from '../app.module';
import { boardConfig } from '../board.config';
import { boardDatabase } from '../data-source';
import { PublishPostService } from '../posts/publish-post.service';

const LAG_MS = 3_000;

let infra: Infra;
let database: DataSource;
let app: NestFastifyApplication;
let plain: NestFastifyApplication;
let producer: RecordProducer;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: ['board'], standbys: 2 }, kafka: true });
  database = await new DataSource({ ...boardDatabase(infra.postgres.url('board')), migrationsRun: true }).initialize();
  plain = await start({});
  app = await start(LAB, connectEventBus);
  producer = new RecordProducer(createKafka({ clientId: 'test', brokers: infra.kafka.brokers }));
}, 120_000);

afterAll(async () => {
  await producer?.close();
  await app?.close();
  await plain?.close();
  await database?.destroy();
  await infra?.stop();
});

async function start(more: Record<string, string>, connect: (service: NestFastifyApplication) => Promise<unknown> = async () => undefined): Promise<NestFastifyApplication> {
  const env = {
    BOARD_DATABASE_URL: infra.postgres.url('board'),
    BOARD_REPLICA_URLS: infra.postgres.replicas.map((replica) => `${replica.name}=${replica.url('board')}`).join(','),
    CONSISTENCY_TOKEN_KEYS: 'a key of a test of thirty-two bytes or more',
    KAFKA_BROKERS: infra.kafka.brokers.join(','),
    AUTH_JWKS_URL: 'http://127.0.0.1:1',
    AUTH_ISSUER: 'http://127.0.0.1:1',
    ADMIN_TOKEN: LAB.ADMIN_TOKEN,
    LOG_LEVEL: 'silent',
    ...more,
  };
  const about = { name: 'board', title: 'board', description: 'board', config: boardConfig };
  const { app: started } = await createService({ ...about, module: (config) => AppModule.forRoot(config), port: () => 0 }, env);
  await connect(started);
  await started.init();
  await started.getHttpAdapter().getInstance().ready();
  return started;
}

async function publish(authorId: string): Promise<string> {
  const post = await app.get(PublishPostService).publish(authorId, { title: 'A walk', body: 'Who joins?' });
  if (!post) throw new Error('The author has withdrawn');
  return post.id;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`It does not come to hold: ${holds.toString()}`);
    await sleep(20);
  }
}

const hiddenEventsOf = (postId: string): Promise<{ id: string; version: number }[]> =>
  database.query(`SELECT id, aggregateversion AS version FROM outbox WHERE type = 'post.hidden' AND aggregateid = $1 ORDER BY aggregateversion`, [postId]);

/** @param key records of one key are handled one after the other */
async function withdraw(memberId: string, key = memberId): Promise<void> {
  const event = { id: randomUUID(), type: memberWithdrawn.type, schemaVersion: 1, source: '/member', aggregateId: memberId, aggregateVersion: 2, time: new Date().toISOString() };
  await producer.send([{ topic: memberEvents.name, key, value: JSON.stringify({ memberId }), headers: cloudEventHeaders(event) }]);
}

/** A member withdraws. @returns the versions of the `post.hidden` of their post, once all deliveries of the event have been handled */
async function hiddenEventsOfAWithdrawal(): Promise<number[]> {
  const [author, next] = [randomUUID(), randomUUID()];
  const [postId, last] = [await publish(author), await publish(next)];
  await withdraw(author);
  await until(async () => (await hiddenEventsOf(postId)).length > 0);
  await withdraw(next, author);
  await until(async () => (await hiddenEventsOf(last)).length > 0);
  return (await hiddenEventsOf(postId)).map(({ version }) => version);
}

it('the lab is there in the sandbox alone, for the admin alone, and in no document', async () => {
  expect(await lookAtLab(app, 'inbox')).toEqual({ ...GUARDED, state: { switches: { reads: 'routed', inbox: 'inbox', ids: 'uuidv7' }, faults: { 'double-deliveries': 0, 'clock-back': 0 } } });
  expect(await lookForLab(plain)).toEqual(ABSENT);
});

it('a direct call hides the posts, and needs no event', async () => {
  const author = randomUUID();
  const postId = await publish(author);
  expect((await callLab(app, 'POST', 'hidden-authors', { memberId: author })).status).toBe(204);
  expect((await app.inject(`/posts/${postId}`)).statusCode).toBe(404);
  expect(await hiddenEventsOf(postId)).toHaveLength(1);
});

it('with the inbox a doubled delivery takes effect once, without it twice', async () => {
  await tell(app, 'double-deliveries', 1);
  expect(await hiddenEventsOfAWithdrawal()).toEqual([2]);
  await turn(app, 'inbox', 'no-inbox');
  expect(await hiddenEventsOfAWithdrawal()).toEqual([2, 3]);
  await tell(app, 'double-deliveries', 0);
  expect(await hiddenEventsOfAWithdrawal()).toEqual([2]); // it is the delivery that comes twice, and no other thing
  await turn(app, 'inbox', 'inbox');
});

it('posts are in the order of their ids, also when the clock is set back; not by UUIDv4', async () => {
  const author = randomUUID();
  const idsOf = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) ids.push(await publish(author));
    return ids;
  };
  const before = await idsOf(3);
  await tell(app, 'clock-back', 60_000);
  const ordered = [...before, ...(await idsOf(7))];
  await tell(app, 'clock-back', 0);
  expect(ordered.toSorted()).toEqual(ordered);
  await turn(app, 'ids', 'uuidv4');
  const random = await idsOf(12);
  await turn(app, 'ids', 'uuidv7');
  expect(random.toSorted()).not.toEqual(random);
  expect(random.every((id) => id[14] === '4')).toBe(true);
});

describe('while replica-2 is behind', () => {
  beforeAll(async () => {
    const client = new Client({ connectionString: infra.postgres.replicas[1]?.adminUrl() ?? '' });
    await client.connect();
    await client.query(`ALTER SYSTEM SET recovery_min_apply_delay = ${LAG_MS}`);
    await client.query('SELECT pg_reload_conf()');
    await client.end();
  });
  afterAll(() => turn(app, 'reads', 'routed'));

  const read = async (postId: string, reader: string): Promise<{ status: number; replica: unknown }> => {
    const { statusCode, headers } = await app.inject({ url: `/posts/${postId}`, headers: { 'x-consistency-id': reader } });
    return { status: statusCode, replica: headers['x-read-replica'] };
  };

  /** What each reader sees of a new post, from the moment on in which they have seen it, until replica-2 has it too. */
  async function statusesAfterFirstSeen(): Promise<number[]> {
    const postId = await publish(randomUUID());
    const seen: number[] = [];
    for (let number = 0; number < 8; number += 1) {
      const reader = `${postId}-${number}`;
      await until(async () => (await read(postId, reader)).status === 200);
      for (let again = 0; again < 10; again += 1) seen.push((await read(postId, reader)).status);
    }
    return seen;
  }

  it('routed reads never go back; those of a random replica do', async () => {
    expect((await statusesAfterFirstSeen()).filter((status) => status !== 200)).toEqual([]);
    await turn(app, 'reads', 'random-replica');
    expect((await statusesAfterFirstSeen()).filter((status) => status === 404).length).toBeGreaterThan(0);
  });

  it('a pinned reader stays where the hash has put them, however far that is behind', async () => {
    await turn(app, 'reads', 'pinned');
    const replicas = new Map<string, unknown>();
    for (let number = 0; number < 20; number += 1) replicas.set(`reader-${number}`, (await read(randomUUID(), `reader-${number}`)).replica);
    expect(new Set(replicas.values())).toEqual(new Set(['replica-1', 'replica-2']));
    const [late] = [...replicas].find(([, replica]) => replica === 'replica-2') ?? [''];
    const postId = await publish(randomUUID());
    expect(await read(postId, late)).toEqual({ status: 404, replica: 'replica-2' });
    await turn(app, 'reads', 'routed');
    const strong = await app.inject({ url: `/posts/${postId}`, headers: { 'x-consistency-id': late, 'x-consistency-level': 'strong' } });
    expect([strong.statusCode, strong.headers['x-read-replica']]).toEqual([200, 'primary']);
  });
});
