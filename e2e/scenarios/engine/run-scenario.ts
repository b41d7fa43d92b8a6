import type { BrokenPromise, RunEvent, Scenario, Text } from '@madang/lab';
import { messageOf } from '../../../infra/core/user-facing-error.ts';
import type { Told, World } from '../world/world.ts';
import { within } from './within.ts';

export interface RunOptions {
  readonly scenario: Scenario<World>;
  readonly seed: number;
  /** The patterns that the scenario names are switched off. */
  readonly naive: boolean;
  readonly openWorld: (told: Told) => World;
  readonly emit: (event: RunEvent) => void;
  /** Breaks it off; what the lab did is taken back all the same. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly broken: number;
  /** Why it could not be played to its end. */
  readonly failed?: string;
}

type Bare<Event> = Event extends RunEvent ? Omit<Event, 'at' | 'run'> : never;

/** Generous: a service that has died several times is started again after up to 15 s, and this laptop may be busy. */
const STEP_MS = 150_000;
const CHECK_MS = 60_000;
const RESTORE_MS = 90_000;

/** The last step of each: a promise is judged once nothing is on its way any more. */
export const REST: { readonly name: string; readonly title: Text } = { name: 'rest', title: { en: 'All comes to rest', ko: '모두 잠잠해진다' } };

/** Plays it once. What the lab has switched or broken is as before when this resolves, whatever happens; it never rejects. */
export async function runScenario({ scenario, seed, naive, openWorld, emit, signal }: RunOptions): Promise<Outcome> {
  const run = crypto.randomUUID();
  const tell = (event: Bare<RunEvent>): void => emit({ ...event, at: Date.now(), run });
  let current = REST.name;
  const world = openWorld({ seed, naive, signal, scenario: scenario.name, note: (text, traceId) => tell({ kind: 'note', step: current, text, ...(traceId && { traceId }) }) });
  const play = async (step: { readonly name: string; run(world: World): Promise<void> }, ms: number): Promise<void> => {
    current = step.name;
    tell({ kind: 'step-began', step: step.name });
    try {
      await within(step.run(world), ms, step.name, signal);
    } catch (error) {
      tell({ kind: 'step-ended', step: step.name, failed: messageOf(error) });
      throw new Error(`${step.name}: ${messageOf(error)}`, { cause: error });
    }
    tell({ kind: 'step-ended', step: step.name });
  };

  const { title, story, name } = scenario;
  tell({ kind: 'run-began', scenario: name, seed, naive, title, story, steps: [...scenario.steps, REST].map(labelled), invariants: scenario.invariants.map(labelled) });
  let broken = 0;
  let failed: string | undefined;
  try {
    await within(world.prepare(naive ? scenario.naive : {}), RESTORE_MS, 'turning the switches', signal);
    for (const step of scenario.steps) await play(step, STEP_MS);
    await play({ name: REST.name, run: () => world.rest() }, RESTORE_MS * 2);
    for (const invariant of scenario.invariants) {
      const found: readonly BrokenPromise[] = await within(invariant.check(world), CHECK_MS, invariant.name, signal);
      broken += found.length;
      tell({ kind: 'invariant', invariant: invariant.name, broken: found });
    }
  } catch (error) {
    failed = messageOf(error);
  }
  try {
    await within(world.end(), RESTORE_MS, 'taking back what the lab did');
  } catch (error) {
    failed = [failed, messageOf(error)].filter(Boolean).join('; ');
  }
  tell({ kind: 'run-ended', broken, ...(failed !== undefined && { failed }) });
  return { broken, ...(failed !== undefined && { failed }) };
}

function labelled({ name, title }: { readonly name: string; readonly title: Text }): { name: string; title: Text } {
  return { name, title };
}
