import type { RunEvent, Scenario } from '@madang/lab';
import type { Told, World } from '../world/world.ts';
import { runScenario } from './run-scenario.ts';

const text = { en: 'x', ko: 'x' };

/** What the runner asks of a world, written down. */
function worldThat(calls: string[], { restFails = false, endFails = false } = {}): (told: Told) => World {
  return (told) => {
    const world: Partial<World> = {
      note: (said: string) => told.note(said),
      prepare: async (naive) => void calls.push(`prepare ${JSON.stringify(naive)}`),
      rest: async () => {
        calls.push('rest');
        if (restFails) throw new Error('a slot is behind');
      },
      end: async () => {
        calls.push('end');
        if (endFails) throw new Error('chat is down');
      },
    };
    return world as World;
  };
}

async function played(run: Scenario<World>['steps'][number]['run'], options: { naive?: boolean; signal?: AbortSignal; restFails?: boolean; endFails?: boolean } = {}) {
  const [calls, events]: [string[], RunEvent[]] = [[], []];
  const scenario: Scenario<World> = {
    name: 's',
    title: text,
    story: text,
    naive: { ids: 'uuidv4' },
    steps: [{ name: 'step', title: text, run }],
    invariants: [{ name: 'promise', title: text, check: async () => [{ what: 'two are one', evidence: 1 }] }],
  };
  const { naive = false, signal = new AbortController().signal, ...faults } = options;
  const outcome = await runScenario({ scenario, seed: 1, naive, openWorld: worldThat(calls, faults), emit: (event) => events.push(event), signal });
  return { calls, outcome, kinds: events.map(({ kind }) => kind), events };
}

it('tells what is played, judges at rest, and takes back at the end', async () => {
  const { calls, outcome, kinds } = await played(async (world) => world.note('hello'), { naive: true });
  expect(calls).toEqual(['prepare {"ids":"uuidv4"}', 'rest', 'end']);
  expect(outcome).toEqual({ broken: 1 });
  expect(kinds).toEqual(['run-began', 'step-began', 'note', 'step-ended', 'step-began', 'step-ended', 'invariant', 'run-ended']);
});

it('switches nothing off with the patterns', async () => {
  expect((await played(async () => undefined)).calls[0]).toBe('prepare {}');
});

it('says what failed, judges nothing then, and takes back all the same', async () => {
  const { calls, outcome, kinds } = await played(() => Promise.reject(new Error('nobody answers')));
  expect(outcome).toEqual({ broken: 0, failed: 'step: nobody answers' });
  expect(calls.at(-1)).toBe('end');
  expect(kinds).not.toContain('invariant');
  expect((await played(async () => undefined, { restFails: true })).outcome.failed).toBe('rest: a slot is behind');
});

it('is broken off in the midst of a step, and takes back', async () => {
  const controller = new AbortController();
  const hang = (): Promise<void> => {
    setImmediate(() => controller.abort());
    return new Promise(() => undefined);
  };
  const { calls, outcome } = await played(hang, { signal: controller.signal });
  expect(outcome.failed).toBe('step: broken off');
  expect(calls.at(-1)).toBe('end');
});

it('does not hide that something could not be taken back', async () => {
  expect((await played(async () => undefined, { endFails: true })).outcome).toEqual({ broken: 1, failed: 'chat is down' });
});
