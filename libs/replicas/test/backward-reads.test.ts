import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { ReadLevel } from '../src/index';
import { admin, Counter, DATABASE, delay, prepareCounters, primaryOptions, routed } from './counter';

const SESSIONS = 50;
const READS_A_SESSION = 200;

let infra: Infra;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, SESSIONS);
  await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', 1_000);
}, 120_000);

afterAll(() => infra?.stop());

/** Counts up until `stop`. */
function counting(): { stop(): Promise<void> } {
  let stopped = false;
  const run = (async () => {
    while (!stopped) {
      await admin(infra.postgres.url(DATABASE), 'UPDATE counter SET value = value + 1');
      await sleep(5);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await run;
    },
  };
}

/** How many reads of a session show less than the one before. */
async function stepsBack(read: (session: number) => Promise<number>): Promise<{ back: number; reads: number }> {
  let [back, reads] = [0, 0];
  await Promise.all(
    Array.from({ length: SESSIONS }, async (_, session) => {
      let seen = -1;
      for (let i = 0; i < READS_A_SESSION; i++) {
        const value = await read(session);
        reads += 1;
        if (value < seen) back += 1;
        seen = value;
      }
    }),
  );
  return { back, reads };
}

async function ofLevel(level: ReadLevel): Promise<{ back: number; reads: number }> {
  const { router, dataSource, close } = await routed(infra);
  const counter = counting();
  try {
    return await stepsBack((session) => router.withConsistency(`session-${session}`, { level }, async () => (await dataSource.getRepository(Counter).findOneByOrFail({ id: session })).value));
  } finally {
    await counter.stop();
    await close();
  }
}

it('TypeORM alone goes back in time in a third of the reads', async () => {
  const dataSource = await new DataSource(primaryOptions(infra, infra.postgres.replicas.map(({ url }) => url(DATABASE)))).initialize();
  const counter = counting();
  const { back, reads } = await stepsBack(async (session) => (await dataSource.getRepository(Counter).findOneByOrFail({ id: session })).value);
  await counter.stop();
  await dataSource.destroy();
  console.log(`random replica: ${back} of ${reads} reads go back (${Math.round((back / reads) * 100)} %)`);
  expect(back / reads).toBeGreaterThan(0.2);
});

it.each(['pinned', 'monotonic', 'session'] as const)('%s never does', async (level) => {
  const { back, reads } = await ofLevel(level);
  console.log(`${level}: ${back} of ${reads} reads go back`);
  expect(back).toBe(0);
});

it('eventual does', async () => {
  expect((await ofLevel('eventual')).back).toBeGreaterThan(100);
});
