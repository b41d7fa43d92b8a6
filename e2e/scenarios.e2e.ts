import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabDriver, type RunEvent, SWITCHES } from '@madang/lab';
import { takeLock } from '../infra/process/pid-lock.mjs';
import { hasNaive, SCENARIOS } from './scenarios/catalogue.ts';
import { type Outcome, runScenario } from './scenarios/engine/run-scenario.ts';
import { forgedPass } from './scenarios/forged-pass.ts';
import { carelessQueue } from './scenarios/testing/careless-queue.ts';
import { command, eventsIn } from './scenarios/testing/command.ts';
import { Databases } from './scenarios/world/databases.ts';
import { findGround, type Ground } from './scenarios/world/ground.ts';
import { World } from './scenarios/world/world.ts';
import { type Stack, startStack } from './stack.ts';
import { until } from './until.ts';

/** Repeats a run: `MADANG_SEED=<it>`, or `npm run scenario -- <name> --seed <it>`. */
const seed = Number(process.env['MADANG_SEED'] ?? 20_261_128);
const seeds = Array.from({ length: process.env['MADANG_STRESS'] === '1' ? 20 : 1 }, (_, index) => seed + index);
const RUN_MS = 400_000;

let stack: Stack | undefined;
let ground: Ground | undefined;

beforeAll(async () => {
  stack = await startStack();
  ground = await findGround({ SANDBOX_DIRECTORY: stack.sandbox.stateDirectory });
}, 120_000);
afterAll(async () => {
  await stack?.stop();
});

function started(): Ground {
  if (!ground) throw new Error('The stack has not been started');
  return ground;
}

async function play(make: (typeof SCENARIOS)[number], of: number, naive: boolean, on = started()): Promise<Outcome & { readonly events: readonly RunEvent[] }> {
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

it('a queue that takes any pass is found by the scenario of the forged pass', async () => {
  const careless = await carelessQueue(started().addresses.queue);
  try {
    const { addresses } = started();
    const { failed, events } = await play(forgedPass, seed, false, { ...started(), addresses: { ...addresses, queue: careless.url } });
    expect(failed).toBeUndefined();
    expect(brokenIn(events).filter((what) => what.startsWith('forged-is-refused')).length).toBeGreaterThan(20);
  } finally {
    careless.close();
  }
}, RUN_MS);

describe('the command', () => {
  const here = (): Record<string, string> => ({ SANDBOX_DIRECTORY: stack?.sandbox.stateDirectory ?? '' });

  it('plays on what runs, and its file is the same run again, where nothing does', async () => {
    const file = join(stack?.sandbox.stateDirectory ?? '', 'run.ndjson');
    const run = command(['--json', '--name', 'id-clock-rollback', '--seed', String(seed), '--save', file], here());
    expect({ code: await run.ended, errors: run.output.stderr }).toMatchObject({ code: 0 });
    expect(eventsIn(run).at(-1)).toMatchObject({ kind: 'run-ended', broken: 0 });
    expect(readFileSync(file, 'utf8')).toBe(run.output.stdout);
    const again = command(['replay', file, '--json'], { SANDBOX_DIRECTORY: '/nowhere' });
    expect(await again.ended).toBe(0);
    expect(again.output.stdout).toBe(run.output.stdout);
  }, RUN_MS);

  it('takes back what the lab did when it is broken off', async () => {
    const run = command(['replica-time-travel', '--json', '--naive', '--seed', String(seed)], here());
    const delay = async (): Promise<string | undefined> => (await new Databases(started()).at<{ delay: string }>('replica-2', 'postgres', `SELECT current_setting('recovery_min_apply_delay') AS delay`))[0]?.delay;
    const modes = (): Promise<unknown> => LabDriver.fromEnvironment(started().environment).switches();
    await until(async () => eventsIn(run), (events) => events.some((event) => event.kind === 'step-began' && event.step === 'read'), 120_000);
    expect([await delay(), await modes()]).toMatchObject(['1s', { reads: 'random-replica' }]);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(1);
    expect(eventsIn(run).at(-1)).toMatchObject({ kind: 'run-ended', failed: 'read: broken off' });
    expect(await modes()).toEqual(Object.fromEntries(SWITCHES.map(({ name, modes: [pattern] }) => [name, pattern])));
    await until(delay, (value) => value === '0'); // read by the server in its own time
  }, RUN_MS);

  it('plays one at a time, and says so', async () => {
    const lock = takeLock(started().lockFile);
    const run = command(['forged-pass'], here());
    expect(await run.ended).toBe(1);
    expect(run.output.stderr).toContain(`Another scenario is being played (pid ${process.pid})`);
    if (lock.taken) lock.release();
  }, RUN_MS);

  it.each([[['forged-pass'], 1, 'The sandbox does not run. npm start starts it.'], [['nothing'], 2, 'There is no scenario "nothing"'], [['forged-pass', '--naive'], 2, 'has no naive counterpart']])('%j: exit code %i', async (args, code, says) => {
    const run = command(args, { SANDBOX_DIRECTORY: '/nowhere' });
    expect({ code: await run.ended, errors: run.output.stderr }).toEqual({ code, errors: expect.stringContaining(says) });
  }, RUN_MS);
});
