import { ConsistencyTokens } from '@madang/replicas/token';
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import { ConsistencyStamps } from './consistency-stamps';

let infra: Infra;
let stamps: ConsistencyStamps;
const tokens = new ConsistencyTokens(['k'.repeat(32)]);

beforeAll(async () => {
  Logger.overrideLogger(false); // a primary that is away is expected here
  infra = await startInfra({ postgres: { databases: ['board'], standbys: 1 } });
  const servers = [...infra.postgres.replicas, infra.postgres].map(({ url }) => url('board', 'cdc'));
  stamps = new ConsistencyStamps(servers, tokens);
});

afterAll(async () => {
  await stamps?.close();
  await infra?.stop();
});

/** Commits a change. @returns where the log was then, in bytes, by the database's own arithmetic */
async function commit(): Promise<bigint> {
  const client = new Client({ connectionString: infra.postgres.adminUrl('board') });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS change (n integer)');
  await client.query('INSERT INTO change VALUES (1)');
  const { rows } = await client.query<{ bytes: string }>("SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::text AS bytes");
  await client.end();
  return BigInt(rows[0]?.bytes ?? -1);
}

const lsnOf = (stamp: string | undefined): bigint => tokens.verify(stamp ?? '').lsn;

it('a stamp lies at or beyond what was committed before, and at what the primary has now: it can be reached', async () => {
  for (let i = 0; i < 20; i++) {
    const committed = await commit();
    const stamp = await stamps.stampOf('board');
    expect(lsnOf(stamp)).toBeGreaterThanOrEqual(committed);
    expect(lsnOf(stamp)).toBeLessThanOrEqual(await commit());
  }
});

it('what is not configured, and what is away, has none, and holds nobody up', async () => {
  expect(await stamps.stampOf('member')).toBeUndefined();
  await infra.process('postgres').pause();
  const startedAt = performance.now();
  expect(await stamps.stampOf('board')).toBeUndefined();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  await infra.process('postgres').resume();
  expect(lsnOf(await stamps.stampOf('board'))).toBeGreaterThan(0n);
});

it('a primary that dies while it is asked costs its answer, and not the process', async () => {
  await stamps.stampOf('board'); // connected
  await infra.process('postgres').pause();
  const asked = stamps.stampOf('board');
  const said = jest.spyOn(Logger.prototype, 'warn');
  await sleep(100);
  await infra.process('postgres').kill();
  expect(await asked).toBeUndefined();
  expect(String(said.mock.calls)).not.toContain('Query read timeout'); // it was killed before
  await infra.process('postgres').start();
  expect(lsnOf(await stamps.stampOf('board'))).toBeGreaterThan(0n);
});
