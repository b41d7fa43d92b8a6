// Commit of the withdrawal -> commit that hides the posts, by PostgreSQL's own clock (track_commit_timestamp), over the
// whole bus, at a steady rate of withdrawals. `npm run bench:withdrawal [-- --rate 50 --seconds 15]`; with `--docker` over
// docker-compose.yml too, whose images have to be there, and each after the other.
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startComposeStack } from '../e2e/containers/compose-stack.ts';
import { type Member, PlatformClient } from '../e2e/platform-client.ts';
import { startStack } from '../e2e/stack.ts';
import type { AnyStage } from '../e2e/stage.ts';
import { cdcEngineFrom } from '../infra/sandbox/settings.ts';
import { percentiles } from './percentiles.ts';

type Stack = AnyStage['stack'];

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '50' }, seconds: { type: 'string', default: '15' }, docker: { type: 'boolean', default: false } },
});
const rate = Number(values.rate);
const total = rate * Number(values.seconds);
const POSTS_EACH = 2;

console.log(`Starting a stack of its own ...`);
await measure('embedded', async () => {
  const stack = await startStack();
  return { stack, stop: () => stack.stop() };
});
if (values.docker) {
  console.log(`\nStarting the containers of docker-compose.yml ...`);
  await measure('in containers', async () => {
    const compose = await startComposeStack(cdcEngineFrom(process.env));
    console.log(`All healthy after ${(compose.upMs / 1_000).toFixed(1)} s`);
    return compose;
  });
}

async function measure(name: string, start: () => Promise<{ readonly stack: Stack; stop(): Promise<void> }>): Promise<void> {
  const { stack, stop } = await start();
  try {
    const platform = new PlatformClient(stack.addresses);
    console.log(`Preparing ${total} members with ${POSTS_EACH} posts each ...`);
    await withdrawAll(platform, await prepare(platform, rate)); // warms up what will be measured
    const members = await prepare(platform, total);
    const measured = new Set(members.map(({ id }) => id));
    await sleep(2_000);
    console.log(`Withdrawing ${rate} members a second ...`);
    const startedAt = performance.now();
    await withdrawAll(platform, members);
    const seconds = (performance.now() - startedAt) / 1_000;
    const latencies = await commitToCommit(stack, measured);
    console.log(`\n${latencies.length} withdrawals in ${seconds.toFixed(1)} s`);
    console.log(`=> ${name}: commit of the withdrawal -> posts hidden, in ms: ${percentiles(latencies)}`);
  } finally {
    await stop();
  }
}

async function prepare(platform: PlatformClient, count: number): Promise<Member[]> {
  const members: Member[] = [];
  const worker = async (): Promise<void> => {
    while (members.length < count) {
      const member = await platform.newMember();
      for (let i = 0; i < POSTS_EACH; i++) await platform.publish(member.token);
      members.push(member);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return members.slice(0, count);
}

/** An open loop: each request is sent at its time, whether or not earlier ones have been answered. */
async function withdrawAll(platform: PlatformClient, members: readonly Member[]): Promise<void> {
  const startedAt = performance.now();
  const requests: Promise<void>[] = [];
  for (const [index, member] of members.entries()) {
    const waitMs = startedAt + (index * 1_000) / rate - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    requests.push(withdraw(platform, member));
  }
  await Promise.all(requests);
}

async function withdraw(platform: PlatformClient, { token }: Member): Promise<void> {
  const { status } = await platform.withdraw(token);
  if (status !== 204) throw new Error(`A withdrawal was answered ${status}${status === 503 ? `: this machine does not keep up with ${rate} a second; --rate ${Math.ceil(rate / 2)}` : ''}`);
}

async function commitToCommit(from: Stack, memberIds: ReadonlySet<string>): Promise<number[]> {
  const at = `pg_xact_commit_timestamp(xmin)`;
  const micros = `(extract(epoch FROM ${at}) * 1000000)::bigint`;
  const withdrawn = await query(from, 'member', `SELECT id, aggregateid, ${micros} AS at FROM outbox WHERE type = 'member.withdrawn'`);
  for (;;) {
    const hidden = await query(from, 'board', `SELECT message_id AS id, ${micros} AS at FROM inbox`);
    const hiddenAt = new Map(hidden.map(({ id, at: time }) => [id, Number(time)]));
    const rows = withdrawn.filter(({ aggregateid }) => memberIds.has(aggregateid ?? ''));
    if (rows.every(({ id }) => hiddenAt.has(id))) {
      return rows.map(({ id, at: time }) => ((hiddenAt.get(id) ?? Number.NaN) - Number(time)) / 1_000);
    }
    await sleep(100);
  }
}

async function query(
  { sandbox }: Stack,
  database: string,
  sql: string,
): Promise<{ id: string; aggregateid?: string; at: string }[]> {
  const password = sandbox.secrets.postgres.superuser;
  const client = new Client({ host: '127.0.0.1', port: sandbox.ports.POSTGRES_PORT, user: 'postgres', password, database });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
