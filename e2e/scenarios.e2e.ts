import type { RunEvent } from '@madang/lab';
import { hasNaive, SCENARIOS } from './scenarios/catalogue.ts';
import { type Outcome, runScenario } from './scenarios/engine/run-scenario.ts';
import { findGround, type Ground } from './scenarios/world/ground.ts';
import { World } from './scenarios/world/world.ts';
import { type Stack, startStack } from './stack.ts';

/** Repeats a run: `MADANG_SEED=<it>`, or `npm run scenario -- <name> --seed <it>`. */
const seed = Number(process.env['MADANG_SEED'] ?? 20_261_128);
const seeds = Array.from({ length: process.env['MADANG_STRESS'] === '1' ? 20 : 1 }, (_, index) => seed + index);
const RUN_MS = 180_000;

let stack: Stack | undefined;
let ground: Ground | undefined;

beforeAll(async () => {
  stack = await startStack();
  ground = await findGround({ SANDBOX_DIRECTORY: stack.sandbox.stateDirectory });
}, 120_000);
afterAll(async () => {
  await stack?.stop();
});

async function play(make: (typeof SCENARIOS)[number], of: number, naive: boolean, on = ground): Promise<Outcome & { readonly events: readonly RunEvent[] }> {
  if (!on) throw new Error('The stack has not been started');
  const events: RunEvent[] = [];
  const startedAt = performance.now();
  const outcome = await runScenario({ scenario: make(), seed: of, naive, openWorld: (told) => new World(on, told), emit: (event) => events.push(event), signal: new AbortController().signal });
  const name = make().name;
  process.stderr.write(`  ${name}, seed ${of}, ${naive ? 'naive' : 'patterns'}: ${outcome.broken} broken${outcome.failed ? `, ${outcome.failed}` : ''} (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)\n`);
  return { ...outcome, events };
}

/** What somebody needs to see who finds it red. */
function brokenIn(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === 'invariant' ? event.broken.map(({ what, evidence }) => `${event.invariant}: ${what} ${JSON.stringify(evidence)}`) : []));
}

describe.each(SCENARIOS.map((make) => ({ name: make().name, make })))('$name', ({ make }) => {
  it.each(seeds)('keeps every promise with the patterns, seed %i', async (of) => {
    const { failed, events } = await play(make, of, false);
    expect({ of, failed, broken: brokenIn(events) }).toEqual({ of, failed: undefined, broken: [] });
  }, RUN_MS);

  if (!hasNaive(make())) return;
  it.each(seeds)('breaks one without them, seed %i', async (of) => {
    const { failed, broken } = await play(make, of, true);
    expect({ of, failed, isBroken: broken > 0 }).toEqual({ of, failed: undefined, isBroken: true });
  }, RUN_MS);
});
