import { setTimeout as sleep } from 'node:timers/promises';
import { Load } from '../load.ts';
import type { Stage } from '../stage.ts';
import { until } from '../until.ts';

const SERVICES = ['member', 'board', 'queue', 'chat', 'chat-2', 'id', 'moderator', 'relay', 'cdc'] as const;
/** Of load alone, before, between and after. */
const CALM_MS = 500;

/** A rolling restart under load, which no client notices. */
export function rollingRestartScenarios(stage: Stage): void {
  describe('under load', () => {
    it('every service is rolled, one after the other, and not one request fails', async () => {
      const load = await underLoad(async () => {
        for (const name of SERVICES) {
          const service = stage.stack.sandbox.process(name);
          const before = service.running?.pid;
          await service.roll();
          expect(service.running?.pid).not.toBe(before);
          await sleep(CALM_MS);
        }
      });
      expect(load.failures).toEqual([]);
      expect(load.answered).toBeGreaterThan(1_000); // some 200 a second on two cores that are otherwise idle
      expect(load.gone.length).toBeGreaterThan(50);
      for (const { postId } of load.gone) await until(() => stage.platform.post(postId), ({ status }) => status === 404);
      expect(await stage.witness.deadLetters()).toBe(0);
      expect(load.snowflakes.length).toBeGreaterThan(500);
      expect(new Set(load.snowflakes).size).toBe(load.snowflakes.length); // two instances at once: each has its own node
    }, 180_000);

    it('a service that is stopped and started instead is noticed: the load would tell', async () => {
      const load = await underLoad(async () => {
        const board = stage.stack.sandbox.process('board');
        await board.stop();
        await board.start();
      });
      expect(load.failures).not.toEqual([]);
    }, 120_000);
  });

  async function underLoad(change: () => Promise<void>): Promise<Load> {
    const load = new Load(stage.stack.addresses);
    load.start();
    try {
      await sleep(CALM_MS);
      await change();
      await sleep(CALM_MS);
    } finally {
      await load.stop();
    }
    return load;
  }
}
