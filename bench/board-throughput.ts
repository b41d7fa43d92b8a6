// Events that take effect on the board a second, through the whole chain (outbox -> cdc -> Kafka -> relay -> Kafka -> board),
// while there is always a backlog: `npm run bench:board [-- --events 120000 --ahead 10000 --transaction 50]`
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { startStack, type Stack } from '../e2e/stack.ts';
import { usageOf } from '../infra/process/process-usage.ts';
import { connectAsOwner, newAuthors, withdrawBySql } from './withdrawals-by-sql.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '120000' },
    /** How far the writer may be ahead of the board: a backlog that never ends, and never grows. */
    ahead: { type: 'string', default: '10000' },
    /** Events a transaction of the writer. */
    transaction: { type: 'string', default: '50' },
  },
});
const events = Number(values.events);
const ahead = Number(values.ahead);
const eventsATransaction = Number(values.transaction);
const WARM_UP = 5_000;
const POLL_MS = 250;
/** Of the run, for the CPU; its beginning is left out. */
const CPU_SAMPLE_MS = 5_000;
const CPU_SAMPLE_AFTER_MS = 2_000;

console.log('Starting a stack of its own ...');
const stack = await startStack();
try {
  const [member, board] = [await connectAsOwner(stack, 'member'), await connectAsOwner(stack, 'board')];
  await run(member, board, await newAuthors(board, WARM_UP, { withPosts: true }));
  for (const withPosts of [false, true]) {
    const ids = await newAuthors(board, events, { withPosts });
    await sleep(2_000);
    const what = withPosts ? 'with a post to hide each' : 'without posts';
    console.log(`\n${events} withdrawals ${what}, at most ${ahead} ahead, ${eventsATransaction} a transaction`);
    const [finished] = await Promise.all([run(member, board, ids), printUsage(stack)]);
    await printRate(board, what, finished);
  }
  await Promise.all([member.end(), board.end()]);
} finally {
  await stack.stop();
}

/** Writes the withdrawals and waits until all have taken effect. @returns how many had taken effect before it */
async function run(member: Client, board: Client, ids: readonly string[]): Promise<number> {
  const before = await applied(board);
  let [from, lookAt] = [0, 0];
  for (let done = 0; done < ids.length; ) {
    const room = from < ids.length && from - done < ahead;
    if (room) await withdrawBySql(member, ids.slice(from, (from += eventsATransaction)));
    else await sleep(10);
    if (performance.now() < lookAt) continue;
    lookAt = performance.now() + POLL_MS;
    done = (await applied(board)) - before;
  }
  return before;
}

async function applied(board: Client): Promise<number> {
  const { rows } = await board.query<{ count: number }>('SELECT count(*)::int AS count FROM inbox');
  return rows[0]?.count ?? 0;
}

/** By the commit timestamps of the inbox rows, which commit with the effect. */
async function printRate(board: Client, what: string, before: number): Promise<void> {
  const { rows } = await board.query<{ second: number; count: number; commits: number }>(
    `SELECT floor(extract(epoch FROM at - first))::int AS second, count(*)::int AS count, count(DISTINCT at)::int AS commits
     FROM (SELECT pg_xact_commit_timestamp(xmin) AS at, min(pg_xact_commit_timestamp(xmin)) OVER () AS first
           FROM (SELECT xmin FROM inbox ORDER BY processed_at OFFSET $1) AS measured) AS effects
     GROUP BY second ORDER BY second`,
    [before],
  );
  const whole = rows.slice(0, -1); // the last second is not a whole one
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  const mean = sum(whole.map(({ count }) => count)) / whole.length;
  const size = sum(rows.map(({ count }) => count)) / sum(rows.map(({ commits }) => commits));
  console.log(`events taking effect each second: ${rows.map(({ count }) => count).join(' ')}`);
  console.log(`=> withdrawals taking effect ${what}, sustained over ${whole.length} s: ${mean.toFixed(0)} a second, ${size.toFixed(0)} a commit`);
}

async function printUsage({ sandbox }: Stack): Promise<void> {
  await sleep(CPU_SAMPLE_AFTER_MS);
  const { processes } = await sandbox.status();
  const roots = processes.flatMap(({ name, pid }) => (pid === null ? [] : [{ name, pid }]));
  const before = process.cpuUsage();
  const usage = await usageOf(roots.map(({ pid }) => pid), CPU_SAMPLE_MS);
  const { user, system } = process.cpuUsage(before);
  const lines = roots.map(({ name, pid }) => ({ name, cpu: usage.get(pid)?.cpuPercent ?? 0 }));
  lines.push({ name: 'this bench', cpu: (user + system) / CPU_SAMPLE_MS / 10 });
  const used = lines.toSorted((a, b) => b.cpu - a.cpu).filter(({ cpu }) => cpu >= 1);
  const all = lines.reduce((sum, { cpu }) => sum + cpu, 0);
  console.log(`% of a core, of ${availableParallelism()} cores: ${used.map(({ name, cpu }) => `${name} ${cpu.toFixed(0)}`).join(' · ')} · all ${all.toFixed(0)}`);
}
