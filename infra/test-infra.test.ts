import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { waitUntil } from './core/wait-until.ts';
import { queryOnce } from './postgres/connect.ts';
import { render, run } from './sandbox/commands/sql.ts';
import { startInfra, type Infra } from './test-infra.ts';

let infra: Infra;

beforeAll(async () => {
  infra = await startInfra({ postgres: { standbys: 1 }, kafka: true, valkey: true });
});
afterAll(async () => {
  await infra.stop();
});

describe('PostgreSQL', () => {
  test('has a database a service, each with its owner, and a slot that the log reader may use', async () => {
    const slots = await queryOnce<{ slot: string; database: string; plugin: string; failover: boolean }>(
      infra.postgres.url('member', 'cdc'),
      "SELECT slot_name AS slot, database, plugin, failover FROM pg_replication_slots WHERE slot_type = 'logical' ORDER BY 1",
    );
    expect(slots).toEqual([
      { slot: 'outbox_board', database: 'board', plugin: 'pgoutput', failover: true },
      { slot: 'outbox_member', database: 'member', plugin: 'pgoutput', failover: true },
    ]);
  });

  test('lets an owner make tables and publications, and lets the log reader read only what it is granted', async () => {
    const owner = infra.postgres.url('member');
    await queryOnce(owner, 'CREATE TABLE outbox (id int); CREATE TABLE members (id int); CREATE PUBLICATION outbox FOR TABLE outbox; GRANT SELECT ON outbox TO outbox_reader');
    const reader = infra.postgres.url('member', 'cdc');
    await expect(queryOnce(reader, 'SELECT * FROM outbox')).resolves.toEqual([]);
    await expect(queryOnce(reader, 'SELECT * FROM members')).rejects.toThrow('permission denied for table members');
  });

  test("keeps a service out of another's database", async () => {
    await expect(queryOnce(infra.postgres.url('board', 'member'), 'SELECT 1')).rejects.toThrow('permission denied for database');
  });

  test('answers npm run sql as PostgreSQL writes it, one answer a statement', async () => {
    const url = infra.postgres.url('member');
    const answers = await run(url, "CREATE TABLE told (id int, at date); INSERT INTO told VALUES (1, '2026-01-31'), (2, NULL); SELECT id, at, id FROM told ORDER BY 1");
    expect(answers.map(render)).toEqual(['CREATE', 'INSERT: 2 rows', 'id  at          id\n1   2026-01-31  1\n2   NULL        2\n(2 rows)']);
    expect((await run(url, 'SELECT id FROM told WHERE id = 3')).map(render)).toEqual(['id\n(0 rows)']);
    await expect(run(url, 'SELECT nothing')).rejects.toThrow('column "nothing" does not exist');
  });

  test('is signalled a process at a time, by the pid that it tells', async () => {
    const client = new Client({ connectionString: infra.postgres.adminUrl() });
    const lost = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    const { rows: [row] } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await expect(infra.signal('nothing', row?.pid ?? 0, 'SIGTERM')).rejects.toThrow('nothing');
    await expect(infra.signal('postgres', 4_000_000, 'SIGTERM')).rejects.toThrow('4000000');
    await infra.signal('postgres', row?.pid ?? 0, 'SIGTERM'); // this one alone
    expect(await lost).toMatchObject({ message: expect.stringMatching(/administrator command|terminated/) });
    await expect(queryOnce(infra.postgres.adminUrl(), 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  test('streams to its standby', async () => {
    const [replica] = infra.postgres.replicas;
    await queryOnce(infra.postgres.url('board'), 'CREATE TABLE seen (at int); INSERT INTO seen VALUES (1)');
    await waitUntil(
      async () => expect(await queryOnce(replica?.url('board') ?? '', 'SELECT at FROM seen')).toEqual([{ at: 1 }]),
      { what: 'the row on the standby', timeoutMs: 5_000 },
    );
    await expect(queryOnce(replica?.url('board') ?? '', 'INSERT INTO seen VALUES (2)')).rejects.toThrow('read-only transaction');
  });
});

test('Kafka has no topic that nobody made', async () => {
  const kafka = new Kafka({ brokers: infra.kafka.brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const admin = kafka.admin();
  await admin.connect();
  await expect(admin.fetchTopicMetadata({ topics: ['mistyped'] })).rejects.toThrow('does not host this topic-partition');
  await admin.disconnect();
});

test('a killed process stays down until it is started again, with its data', async () => {
  await queryOnce(infra.postgres.url('member'), 'CREATE TABLE kept AS SELECT 42 AS answer');
  await infra.process('postgres').kill();
  await expect(queryOnce(infra.postgres.url('member'), 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  await infra.process('postgres').start();
  await expect(queryOnce(infra.postgres.url('member'), 'SELECT answer FROM kept')).resolves.toEqual([{ answer: 42 }]);
});

test('a part that was not asked for is an error that says so', async () => {
  const none = await startInfra({});
  expect(() => none.kafka).toThrow('startInfra() was not asked for kafka');
  await none.stop();
});

test('nothing is left behind', async () => {
  const before = new Set(readdirSync(tmpdir()));
  const other = await startInfra({ valkey: true });
  const directory = readdirSync(tmpdir()).find((name) => name.startsWith('madang-infra-') && !before.has(name));
  expect(directory).toBeDefined();
  await other.stop();
  expect(existsSync(`${tmpdir()}/${directory}`)).toBe(false);
});
