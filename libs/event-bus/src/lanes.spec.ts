import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { inLanes } from './lanes';

interface Item {
  readonly key: string;
  readonly n: number;
}

describe('lanes', () => {
  it('keep the order of every key, whatever the timing', async () => {
    const batch = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), delay: fc.nat(2) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(batch, fc.integer({ min: 1, max: 5 }), async (plan, concurrency) => {
        const items = plan.map(({ key }, n) => ({ key, n }));
        const done: Item[] = [];
        await inLanes(items, (item) => item.key, concurrency, async (item) => {
          for (let i = 0; i < (plan[item.n]?.delay ?? 0); i++) await sleep(0);
          done.push(item);
        });
        for (const key of 'abcd') {
          const of = (list: readonly Item[]) => list.filter((item) => item.key === key);
          expect(of(done)).toEqual(of(items));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('work on no more keys at once than allowed', async () => {
    let running = 0;
    let most = 0;
    const items = Array.from({ length: 50 }, (_, n) => n);
    await inLanes(items, String, 4, async () => {
      most = Math.max(most, ++running);
      await sleep(1);
      running--;
    });
    expect(most).toBe(4);
  });

  it('do not go past a failure in its key, and report it', async () => {
    const done: number[] = [];
    const run = inLanes([1, 2, 3], () => 'one key', 2, async (n) => {
      if (n === 2) throw new Error('two');
      done.push(n);
    });
    await expect(run).rejects.toThrow('two');
    expect(done).toEqual([1]);
  });
});
