import { register } from 'prom-client';
import { type Infra, startInfra } from '../../../infra/test-infra.ts';
import type { ReadLevel, ReadScope } from '../src/index';
import { settle } from '../src/routing/settle';
import { admin, Counter, DATABASE, delay, prepareCounters, routed } from './counter';

let infra: Infra;

beforeAll(async () => {
  infra = await startInfra({ postgres: { databases: [DATABASE], standbys: 2 } });
  await prepareCounters(infra, 1);
  await delay(infra.postgres.replicas[1]?.adminUrl() ?? '', 1_500);
}, 120_000);

afterAll(() => infra?.stop());

async function violations(): Promise<number> {
  const { values } = (await register.getSingleMetric('replicas_monotonic_violations_total')?.get()) ?? { values: [] };
  return values[0]?.value ?? Number.NaN;
}

/** Reads at the replica that has everything, then with the one that is behind as the only candidate. @returns what was seen */
async function readBoth(level: ReadLevel, afterFirstRead: (session: ReadScope['session']) => void = () => undefined): Promise<number[]> {
  const { router, dataSource, close } = await routed(infra, { watch: { idleMs: 5_000 } }); // states stay as they are set here
  const { primary, replicas } = router.cluster;
  const [ahead, behind] = replicas;
  if (!ahead || !behind) throw new Error('There are not two replicas');
  const readAt = async (replica: typeof ahead): Promise<number> => {
    for (const each of replicas) each.state = each === replica ? 'up' : 'out';
    return (await dataSource.getRepository(Counter).findOneByOrFail({ id: 0 })).value;
  };
  try {
    return await router.withConsistency('reader', { level, onTimeout: 'primary' }, async ({ session }) => {
      await admin(infra.postgres.url(DATABASE), 'UPDATE counter SET value = value + 1');
      await ahead.watch.reaches((await primary.look()).lsn, 1_000);
      const seen = [await readAt(ahead)];
      afterFirstRead(session);
      seen.push(await readAt(behind));
      ahead.state = 'up';
      await settle(session, router.cluster);
      return seen;
    });
  } finally {
    await close();
  }
}

it('a router that keeps its promise counts none; nor does a level that promises nothing', async () => {
  const [first = 0, second = 0] = await readBoth('monotonic');
  expect(second).toBeGreaterThanOrEqual(first);
  const [newer = 0, older = 0] = await readBoth('eventual');
  expect(older).toBeLessThan(newer);
  expect(await violations()).toBe(0);
});

it('a router that forgets what it has shown is found out', async () => {
  const [first = 0, second = 0] = await readBoth('monotonic', (session) => session.shown.clear());
  expect(second).toBeLessThan(first);
  expect(await violations()).toBe(1);
});
