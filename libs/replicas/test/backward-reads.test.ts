import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { ReadLevel } from '../src/index';
import { Counter, DATABASE, delay, prepareCounters, primaryOptions, replicasOf, routed } from './counter';
import { counting, quantile, restless } from './weather';

/** `npm run stress:replicas`: 100,000 reads each. */
const STRESS = process.env['MADANG_STRESS'] === '1';
const SESSIONS = 200;
const READS_A_SESSION = STRESS ? 500 : 50;
const READS = SESSIONS * READS_A_SESSION;
jest.setTimeout(STRESS ? 600_000 : 120_000);

let infra: Infra;
beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 3 } });
  await prepareCounters(infra, SESSIONS);
  await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', 1_000);
});
afterAll(() => infra?.stop());

interface Findings {
  back: number;
  failed: number;
  reads: number;
  readonly errors: Record<string, number>;
}

/** How many reads show less than the same session has been shown, and how many fail. */
async function watchSessions(read: (session: number) => Promise<number>, findings: Findings): Promise<Findings> {
  await Promise.all(
    Array.from({ length: SESSIONS }, async (_, session) => {
      let highest = -1;
      for (let i = 0; i < READS_A_SESSION; i++) {
        const value = await read(session).catch((error: unknown) => void (findings.errors[String(error)] = (findings.errors[String(error)] ?? 0) + 1));
        findings.reads += 1;
        if (value === undefined) findings.failed += 1;
        else if (value < highest) findings.back += 1;
        highest = Math.max(highest, value ?? highest);
      }
    }),
  );
  return findings;
}

const nothing = (): Findings => ({ back: 0, failed: 0, reads: 0, errors: {} });

function tell(what: string, { back, failed, reads }: Findings): void {
  process.stderr.write(`${what}: ${back} of ${reads} reads go back (${((back / reads) * 100).toFixed(1)} %), ${failed} fail\n`);
}

/** The replica without delay is killed, started again, and a third one joins, while sessions read. */
async function underKills(level: ReadLevel): Promise<Findings> {
  const [first, second, third] = replicasOf(infra);
  if (!first || !second || !third) throw new Error('Three replicas are needed.');
  const { router, dataSource, close } = await routed(infra, { replicas: [first, second], primaryFallbacksPerSecond: 1_000_000 });
  const going = [counting(infra), restless(infra)];
  const findings = nothing();
  const after = async (part: number): Promise<void> => {
    while (findings.reads < part * READS) await sleep(5);
  };
  const faults = async (): Promise<void> => {
    await after(0.2);
    await infra.process(first.name).kill();
    await after(0.4);
    await infra.process(first.name).start();
    await after(0.6);
    router.cluster.add(third);
    await after(0.8);
    await infra.process(first.name).kill();
  };
  const read = (session: number): Promise<number> =>
    router.withConsistency(`session-${session}`, { level }, async () => {
      await sleep(1);
      return (await dataSource.getRepository(Counter).findOneByOrFail({ id: session })).value;
    });
  try {
    await Promise.all([watchSessions(read, findings), faults()]);
    return findings;
  } finally {
    await Promise.all(going.map((each) => each.stop()));
    await infra.process(first.name).start();
    await close();
  }
}

it('(control) by random replicas a third and more of the reads go back', async () => {
  const slaves = infra.postgres.replicas.slice(0, 2).map(({ url }) => url(DATABASE));
  const dataSource = await new DataSource(primaryOptions(infra, slaves)).initialize();
  const going = [counting(infra), restless(infra)];
  const findings = await watchSessions(async (session) => (await dataSource.getRepository(Counter).findOneByOrFail({ id: session })).value, nothing());
  await Promise.all(going.map((each) => each.stop()));
  await dataSource.destroy();
  tell('random replica', findings);
  expect(findings.back / findings.reads).toBeGreaterThan(0.25);
});

it('monotonic reads never do, while replicas pause, one is killed and restarted, and a third joins', async () => {
  const findings = await underKills('monotonic');
  tell('monotonic, under kills', findings);
  expect(findings).toEqual({ back: 0, failed: 0, reads: READS, errors: {} });
});

it('(control) pinned ones do, under the same kills', async () => {
  const findings = await underKills('pinned');
  tell('pinned, under kills', findings);
  expect(findings.back).toBeGreaterThan(0);
});

describe('reads of what the session itself has written', () => {
  /** How many reads do not show it, and how long they have waited. */
  async function misses(level: ReadLevel): Promise<{ missed: number; waits: number[]; targets: Record<string, number> }> {
    const { router, dataSource, close } = await routed(infra, { replicas: replicasOf(infra).slice(0, 2), primaryFallbacksPerSecond: 1_000_000 });
    const weather = restless(infra);
    const findings = { missed: 0, waits: [] as number[], targets: {} as Record<string, number> };
    const session = async (id: number): Promise<void> => {
      let written = 0;
      for (let i = 0; i < READS_A_SESSION; i++) {
        await router.withConsistency(`writer-${id}`, { level }, async (scope) => {
          if (i % 5 === 0) {
            written += 1;
            // In turns a transaction, whose place in the log comes with its answer, and a statement alone, whose place has to be asked for.
            if (i % 10 === 0) await dataSource.transaction((manager) => manager.update(Counter, { id }, { value: written }));
            else await dataSource.getRepository(Counter).update({ id }, { value: written });
          }
          const { value } = await dataSource.getRepository(Counter).findOneByOrFail({ id });
          if (value < written) findings.missed += 1;
          for (const { target, reason, waitedMs } of scope.decisions) {
            findings.waits.push(waitedMs);
            findings.targets[`${target} ${reason}`] = (findings.targets[`${target} ${reason}`] ?? 0) + 1;
          }
        });
      }
    };
    try {
      await dataSource.query('UPDATE counter SET value = 0');
      await Promise.all(Array.from({ length: SESSIONS }, (_, id) => session(id)));
      return { ...findings, waits: findings.waits.toSorted((a, b) => a - b) };
    } finally {
      await weather.stop();
      await close();
    }
  }

  it('at the level session always show it', async () => {
    const { missed, waits, targets } = await misses('session');
    process.stderr.write(`session: ${missed} of ${READS} reads miss the own write; waited p50 ${quantile(waits, 0.5).toFixed(1)} ms, p99 ${quantile(waits, 0.99).toFixed(1)} ms; ${JSON.stringify(targets)}\n`);
    expect({ missed, reads: waits.length }).toEqual({ missed: 0, reads: READS });
  });

  it('(control) when pinned do not', async () => {
    const { missed } = await misses('pinned');
    process.stderr.write(`pinned: ${missed} of ${READS} reads miss the own write\n`);
    expect(missed).toBeGreaterThan(READS / 10);
  });
});
