// After a kill -9: how long until everything that was committed, and a withdrawal asked for right after the kill, has taken effect on the
// board. Each process of a stack in turn, under a light load: `npm run bench:recovery [-- --rounds 3 --rate 20 --only board,relay --cdc debezium]`
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { PlatformClient } from '../e2e/platform-client.ts';
import { startStack, type Stack } from '../e2e/stack.ts';
import { until } from '../e2e/until.ts';
import { percentiles } from './percentiles.ts';
import { connectAsOwner, newAuthors, withdrawBySql } from './withdrawals-by-sql.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, rate: { type: 'string', default: '20' }, only: { type: 'string' }, cdc: { type: 'string', default: 'embedded' } },
});
const intervalMs = 1_000 / Number(values.rate);
/** Of load before a kill, and of rest after all is well again. */
const LOAD_MS = 1_500;
const REST_MS = 2_000;

const HIDDEN = 'SELECT count(*)::int AS count FROM inbox WHERE message_id = ANY($1::uuid[])';

console.log('Starting a stack of its own ...');
const stack = await startStack({ cdc: values.cdc === 'debezium' ? 'debezium' : 'embedded' });
try {
  const platform = new PlatformClient(stack.addresses);
  const { processes } = await stack.sandbox.status();
  // A standby serves nobody yet.
  const all = processes.flatMap(({ name, pid }) => (pid === null || name.startsWith('replica') ? [] : [name]));
  const victims = values.only?.split(',') ?? all;
  const seconds: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const victim of victims) {
      const took = await recovery(platform, victim);
      seconds.push(took);
      console.log(`${victim.padEnd(10)} ${took.toFixed(2)} s`);
    }
  }
  console.log(`=> kill -9 of one process (${victims.join(', ')}) -> lag 0, in s: ${percentiles(seconds)}`);
} finally {
  await stack.stop();
}

/** @returns seconds from the kill until nothing that was committed by then, nor the probe, is outstanding */
async function recovery(platform: PlatformClient, victim: string): Promise<number> {
  const probe = await platform.newMember();
  const load = startLoad(stack);
  await sleep(LOAD_MS);
  const process = stack.sandbox.process(victim);
  const killedAt = performance.now();
  await process.kill();
  // 401 or 404: an earlier attempt whose answer got lost has done it.
  const gone = new Set([204, 401, 404]);
  await until(() => platform.withdraw(probe.token), ({ status }) => gone.has(status), 60_000);
  const committed = [...load.committed];
  await until(() => outstanding(committed, probe.id), (count) => count === 0, 60_000);
  const took = (performance.now() - killedAt) / 1_000;
  await load.stop();
  await until(() => outstanding(load.committed, probe.id), (count) => count === 0, 60_000);
  await until(() => Promise.resolve(process.state), (state) => state === 'healthy', 60_000);
  await sleep(REST_MS);
  return took;
}

async function outstanding(committed: readonly string[], probeId: string): Promise<number> {
  const probes = await query<{ id: string }>('member', `SELECT id FROM outbox WHERE type = 'member.withdrawn' AND aggregateid = $1`, [probeId]);
  const ids = [...committed, ...probes.map(({ id }) => id)];
  const [row] = await query<{ count: number }>('board', HIDDEN, [ids]);
  return committed.length + 1 - (row?.count ?? 0);
}

/** Withdrawals by SQL, one each interval; what cannot be written is not counted, and the next one tries again. */
function startLoad(from: Stack): { readonly committed: string[]; stop(): Promise<void> } {
  const committed: string[] = [];
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await writeUntilItFails(from, committed, stopping.signal).catch(() => undefined);
      await sleep(intervalMs);
    }
  })();
  return {
    committed,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function writeUntilItFails(from: Stack, committed: string[], signal: AbortSignal): Promise<void> {
  await using member = await disposable(from, 'member');
  await using board = await disposable(from, 'board');
  while (!signal.aborted) {
    committed.push(...(await withdrawBySql(member.client, await newAuthors(board.client, 1, { withPosts: true }))));
    await sleep(intervalMs);
  }
}

async function query<Row extends object>(database: string, sql: string, parameters: unknown[]): Promise<Row[]> {
  await using connection = await disposable(stack, database);
  return (await connection.client.query<Row>(sql, parameters)).rows;
}

async function disposable(from: Stack, database: string): Promise<{ readonly client: Client } & AsyncDisposable> {
  const client = await connectAsOwner(from, database);
  return { client, [Symbol.asyncDispose]: () => client.end() };
}
