import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { admin, Counter, DATABASE, delay, prepareCounters, primaryOptions, replicasOf, routed, until } from './counter';

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, 10);
});
afterAll(() => infra?.stop());

const READS = 200;

async function failuresOf(read: (id: number) => Promise<unknown>): Promise<number> {
  let failures = 0;
  for (let i = 0; i < READS; i++) await read(i % 10).catch(() => (failures += 1));
  return failures;
}

it('one of two is dead: TypeORM fails in half of the reads, a routed one never; it boots without it, and reads it again when it is back', async () => {
  const plain = await new DataSource(primaryOptions(infra, infra.postgres.replicas.map(({ url }) => url(DATABASE)))).initialize();
  const states: string[] = [];
  const { router, dataSource, close } = await routed(infra, { onReplicaState: (name, state) => states.push(`${name} ${state}`) });
  await infra.process('replica-1').kill();
  const read = (id: number): Promise<unknown> => router.withConsistency(`reader-${id}`, {}, () => dataSource.getRepository(Counter).findOneByOrFail({ id }));
  const atOnce = await failuresOf(read);
  await sleep(1_000);
  const later = await failuresOf(read);
  const byRandom = await failuresOf((id) => plain.getRepository(Counter).findOneByOrFail({ id }));
  process.stderr.write(`one of two dead: ${atOnce} of ${READS} routed reads fail at once, ${later} after a second; with TypeORM alone ${byRandom}\n`);
  expect([atOnce, later]).toEqual([0, 0]);
  expect(byRandom).toBeGreaterThan(READS / 4);
  await plain.destroy();

  const second = await routed(infra, {}, 1);
  await second.dataSource.getRepository(Counter).findOneByOrFail({ id: 1 });

  await infra.process('replica-1').start();
  await until(() => [router, second.router].every(({ cluster }) => cluster.replicas.every(({ state }) => state === 'up')));
  const targets = await Promise.all(
    Array.from({ length: 20 }, (_, id) =>
      second.router.withConsistency(`reader-${id}`, {}, async ({ decisions }) => {
        await second.dataSource.getRepository(Counter).count();
        return decisions.at(-1)?.target;
      }),
    ),
  );
  expect(new Set(targets)).toEqual(new Set(['replica-1', 'replica-2']));
  await second.close();
  expect(states.filter((state) => state.startsWith('replica-1'))).toEqual(['replica-1 up', 'replica-1 out', 'replica-1 up']);
  await close();
});

it('one that refuses two reads is out, before its watch has looked', async () => {
  const { router, dataSource, close } = await routed(infra, { watch: { idleMs: 20_000 } });
  const [replica] = router.cluster.replicas;
  await infra.process('replica-1').kill();
  for (let id = 0; id < 20; id++) await router.withConsistency(`reader-${id}`, {}, () => dataSource.getRepository(Counter).count());
  expect(replica?.state).toBe('out');
  await infra.process('replica-1').start();
  await close();
});

it('a backend that is killed begins another life of its server, though the postmaster stays', async () => {
  const { router, close } = await routed(infra);
  const [replica] = router.cluster.replicas;
  const before = replica?.incarnation;
  const client = new Client({ connectionString: infra.postgres.replicas[0]?.url(DATABASE) });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await infra.signal('replica-1', Number(rows[0]?.pid), 'SIGKILL');
  await until(() => replica?.incarnation !== undefined && replica.incarnation !== before);
  const [after] = [replica?.incarnation];
  expect(after?.split('/')[0]).toBe(before?.split('/')[0]);
  await close();
});

it('one that lags by too much is not read until it lags by less than half of that', async () => {
  const states: string[] = [];
  const { close } = await routed(infra, { maxLagMs: 600, watch: { idleMs: 50 }, onReplicaState: (name, state) => states.push(`${name} ${state}`) });
  const url = infra.postgres.url(DATABASE);
  const busy = setInterval(() => void admin(url, 'UPDATE counter SET value = value + 1').catch(() => undefined), 20);
  try {
    await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', 900);
    await until(() => states.includes('replica-2 behind'));
    await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', 450); // between the two
    const soFar = states.length;
    await sleep(1_200);
    expect(states.length).toBe(soFar);
    await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', 0);
    await until(() => states.at(-1) === 'replica-2 up');
  } finally {
    clearInterval(busy);
    await close();
  }
});

it('a read that the replay cancels is tried elsewhere, and no replica is taken out for it', async () => {
  const { router, dataSource, close } = await routed(infra);
  let tries = 0;
  for (const { pool } of router.cluster.replicas) {
    pool.on('acquire', () => (tries += 1));
  }
  // PostgreSQL's own code for a recovery conflict, from a function, so that it comes when it is wanted.
  await admin(infra.postgres.url(DATABASE), "CREATE OR REPLACE FUNCTION conflict() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN IF pg_is_in_recovery() THEN RAISE EXCEPTION 'conflict with recovery' USING ERRCODE = '40001'; END IF; RETURN 1; END $$");
  await sleep(300);
  await expect(router.withConsistency('a', {}, () => router.query(dataSource, 'SELECT conflict()'))).rejects.toThrow('conflict with recovery');
  expect(tries).toBe(2);
  expect(router.cluster.replicas.map(({ state }) => state)).toEqual(['up', 'up']);
  await close();
});

it('no more reads fall back to the primary than are allowed', async () => {
  const { router, dataSource, close } = await routed(infra, { replicas: [], primaryFallbacksPerSecond: 5 }, 0);
  const reads = await Promise.allSettled(Array.from({ length: 8 }, () => router.withConsistency('a', {}, () => dataSource.getRepository(Counter).count())));
  expect(reads.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  expect(reads.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'REPLICAS_PRIMARY_FALLBACK_LIMIT' } });
  expect(replicasOf(infra)).toHaveLength(2);
  await close();
});
