// What a routed read costs beside TypeORM's own replication, what two replicas take off the primary, and how long a read waits for the
// session's own write. Exits with 1 if a target is missed. `npm run bench:replicas [-- --rounds 61] [-- --only cost]`
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { percentiles } from '../percentiles.ts';
import { type AfterWrite, afterWrite } from './after-write.ts';
import { cost } from './cost.ts';
import { delayReplay, startDatabase, untilCaughtUp } from './database.ts';
import { primaryShare } from './primary-share.ts';

/** Of the reads a second that TypeORM does by itself, by requests of several reads. */
const LEAST_RATIO = 0.95;
const CONCURRENCY = 16;
/** Short, for a busy neighbour is busy for a second or so: both turns of a round shall have the same one. */
const TURN_MS = 200;
/** Of a request that shows a page: it enters its scope once. */
const READS_A_REQUEST = 10;
const SHARE_TURN_MS = 1_000;
const SHARE_ROUNDS = 9;
const PAIRS = 2_000;
const PAIRS_BEHIND = 500;
const WRITERS = 8;
const BEHIND_MS = 1_000;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '61' }, only: { type: 'string' } } });
const rounds = Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds >= 5)) throw new Error('--rounds: 5 or more, for a median that means something.');

const parts: Readonly<Record<string, () => Promise<void>>> = { cost: showCost, share: showShare, wait: showWait };
const asked = Object.entries(parts).filter(([name]) => values.only === undefined || values.only === name);
if (asked.length === 0) throw new Error(`--only: ${Object.keys(parts).join(', ')}`);

const problems: string[] = [];
console.log(`Load of this machine before: ${loadavg()[0]?.toFixed(1)} (for the ratio to mean something it should be below 1). Starting a primary and two standbys ...`);
const infra = await startDatabase();
try {
  for (const [, show] of asked) await show();
} finally {
  await infra.stop();
}
for (const problem of problems) console.error(`MISSED: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);

async function showCost(): Promise<void> {
  console.log(`\nfindOneBy by primary key, ${CONCURRENCY} at a time, in turns of ${TURN_MS} ms, ${rounds} rounds`);
  const [own, ...routed] = await cost(infra, { rounds, concurrency: CONCURRENCY, turnMs: TURN_MS, readsARequest: READS_A_REQUEST });
  if (!own) return;
  console.log(`${own.name}: ${own.readsPerSecond.toFixed(0)} reads/s, ${own.cpuMicroseconds.toFixed(0)} µs of this process's CPU a read`);
  for (const { name, readsPerSecond, cpuMicroseconds, ratio, cpuRatio } of routed) {
    console.log(`=> ${name}: ${readsPerSecond.toFixed(0)} reads/s, ${ratio.toFixed(3)} of TypeORM's own replication; ${cpuMicroseconds.toFixed(0)} µs of CPU, ${cpuRatio.toFixed(3)} of it`);
    if (name !== routed[0]?.name || ratio >= LEAST_RATIO) continue; // to enter a scope for each read costs what an AsyncLocalStorage costs
    problems.push(`${name}: ${ratio.toFixed(3)} of the reads/s of TypeORM's own replication, instead of ${LEAST_RATIO}`);
  }
}

async function showShare(): Promise<void> {
  console.log(`\nThe same reads in turns of ${SHARE_TURN_MS / 1_000} s, ${SHARE_ROUNDS} rounds; % of a core, of the ${availableParallelism()} cores that this process and all servers share`);
  for (const { from, readsPerSecond, cpu } of await primaryShare(infra, { rounds: SHARE_ROUNDS, concurrency: CONCURRENCY, turnMs: SHARE_TURN_MS })) {
    console.log(`=> reads from ${from}: ${readsPerSecond.toFixed(0)} a second; ${cpu.map(({ name, percent }) => `${name} ${percent.toFixed(1)} %`).join(' · ')}`);
  }
}

async function showWait(): Promise<void> {
  console.log(`\nWritten, and read back at once, by ${WRITERS} sessions at a time`);
  const run = async (options: Pick<AfterWrite, 'level' | 'write'>, pairs: number, note = ''): Promise<AfterWrite> => {
    const result = await afterWrite(infra, { ...options, pairs, writers: WRITERS });
    console.log(`=> ${describe(result, note)}`);
    return result;
  };
  const eventual = await run({ level: 'eventual', write: 'a transaction' }, PAIRS);
  if (eventual.misses === 0) problems.push('Without a promise every read shows the write before it: the replicas are too near for this to prove anything');
  const promised = [await run({ level: 'session', write: 'a transaction' }, PAIRS), await run({ level: 'session', write: 'a statement' }, PAIRS)];
  const slow = infra.postgres.replicas.at(-1)?.adminUrl() ?? '';
  await delayReplay(slow, BEHIND_MS);
  promised.push(await run({ level: 'session', write: 'a transaction' }, PAIRS_BEHIND, `, replica-2 ${BEHIND_MS / 1_000} s behind`));
  await delayReplay(slow, 0);
  await untilCaughtUp(infra, slow);
  for (const { write, misses } of promised) if (misses > 0) problems.push(`${misses} reads of a session do not show what it wrote by ${write}`);
}

function describe({ level, write, decisions, took, misses }: AfterWrite, note: string): string {
  const to = (target: (name: string) => boolean): number => decisions.filter((decision) => target(decision.target)).length;
  const reasons = Object.entries(Object.groupBy(decisions, ({ reason }) => reason)).map(([reason, of]) => `${reason} ${of.length}`);
  const waits = level === 'session' ? `; waited, ms: ${percentiles(decisions.map(({ waitedMs }) => waitedMs))}` : '';
  return `${level} after ${write}${note}: ${misses} of ${took.length} do not show the write, ${to((name) => name === 'primary')} went to the primary (${reasons.join(', ')})${waits}; whole read, ms: ${percentiles(took)}`;
}
