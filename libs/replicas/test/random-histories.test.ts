import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { ReadLevel } from '../src/index';
import { admin, Counter, DATABASE, delay, prepareCounters, routed } from './counter';
import { type Operation, type Violation, violationsIn } from './history-checker';

const SESSIONS = 6;
const COUNTERS = 3;
const SEED = Number(process.env['MADANG_SEED'] ?? Date.now() % 1_000_000);
const RUNS = process.env['MADANG_STRESS'] === '1' ? 40 : 5;
jest.setTimeout(300_000);

type Step =
  | { readonly kind: 'read' | 'write'; readonly session: number; readonly counter: number }
  | { readonly kind: 'pause' | 'resume' | 'kill' | 'start'; readonly replica: number }
  | { readonly kind: 'sleep'; readonly ms: number };

const session = fc.nat(SESSIONS - 1);
const counter = fc.nat(COUNTERS - 1);
const replica = fc.nat(1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ kind: fc.constant('read' as const), session, counter }) },
  { weight: 16, arbitrary: fc.record({ kind: fc.constant('write' as const), session, counter }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const, 'kill' as const, 'start' as const), replica }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sleep' as const), ms: fc.nat(40) }) },
);

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, COUNTERS);
  await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', 200);
  process.stderr.write(`random histories: MADANG_SEED=${SEED}\n`);
});
afterAll(() => infra?.stop());

/** Runs the steps of each session in their order, those of different ones at once. */
async function historyOf(steps: readonly Step[], level: ReadLevel): Promise<Operation[]> {
  const { router, dataSource, close } = await routed(infra, {}, 2);
  const history: Operation[] = [];
  const last = new Map<number, Promise<void>>();
  const down = new Set<number>();
  const run = async (each: Extract<Step, { session: number }>): Promise<void> => {
    const id = `session-${each.session}`;
    await router.withConsistency(id, { level, timeoutMs: 30 }, async () => {
      const beganAt = performance.now();
      const value =
        each.kind === 'read'
          ? (await dataSource.getRepository(Counter).findOneByOrFail({ id: each.counter })).value
          : (await dataSource.query<[{ value: number }[], number]>('UPDATE counter SET value = value + 1 WHERE id = $1 RETURNING value', [each.counter]))[0][0]?.value ?? 0;
      history.push({ session: id, kind: each.kind, counter: each.counter, value, beganAt, endedAt: performance.now() });
    });
  };
  const disturb = async ({ kind, replica: index }: Extract<Step, { replica: number }>): Promise<void> => {
    const server = infra.postgres.replicas[index];
    if (!server) return;
    if (kind === 'kill') await infra.process(server.name).kill().then(() => down.add(index));
    else if (kind === 'start') await infra.process(server.name).start().then(() => down.delete(index));
    else if (!down.has(index)) await admin(server.adminUrl(), `SELECT pg_wal_replay_${kind}()`);
  };
  try {
    for (const each of steps) {
      if (each.kind === 'sleep') await sleep(each.ms);
      else if ('replica' in each) await disturb(each).catch(() => undefined);
      else last.set(each.session, (last.get(each.session) ?? Promise.resolve()).then(() => run(each)));
    }
    await Promise.all(last.values());
  } finally {
    for (const [index, { name, adminUrl }] of infra.postgres.replicas.entries()) {
      if (down.has(index)) await infra.process(name).start();
      await admin(adminUrl(), 'SELECT pg_wal_replay_resume()');
    }
    await close();
  }
  return history;
}

async function violationsOf(steps: readonly Step[], level: ReadLevel): Promise<Violation[]> {
  return violationsIn(await historyOf(steps, level));
}

const steps = fc.array(step, { minLength: 80, maxLength: 200 });
const parameters = { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: RUNS * 6_000, maxSkipsPerRun: 0 };

it('whatever happens, a session reads what it has read and written', async () => {
  let operations = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (each) => {
      const history = await historyOf(each, 'session');
      operations += history.length;
      expect(violationsIn(history)).toEqual([]);
    }),
    parameters,
  );
  process.stderr.write(`random histories: ${operations} operations, none out of order\n`);
});

it('(control) by random replicas it does not', async () => {
  const { failed, seed, numShrinks } = await fc.check(
    fc.asyncProperty(steps, async (each) => (await violationsOf(each, 'eventual')).length === 0),
    { ...parameters, interruptAfterTimeLimit: 8_000, endOnFailure: RUNS === 5 },
  );
  process.stderr.write(`random histories: by random replicas refuted with seed ${seed}, shrunk ${numShrinks} times\n`);
  expect(failed).toBe(true);
});
