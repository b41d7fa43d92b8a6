import type { SwitchName } from './switches';
import type { Text } from './text';

/**
 * One definition is an e2e test, `npm run scenario -- <name>`, a guided tour and a button of the console. The world is what its
 * steps act on: clients of the services, the `LabDriver`, a seeded random source. Everything random comes from the seed.
 */
export interface Scenario<World> {
  readonly name: string;
  readonly title: Text;
  /** What happens and why it matters, in two or three sentences. */
  readonly story: Text;
  /** What is switched off when it is played naively: switch -> mode. */
  readonly naive: Partial<Record<SwitchName, string>>;
  readonly steps: readonly Step<World>[];
  readonly invariants: readonly Invariant<World>[];
}

export interface Step<World> {
  readonly name: string;
  readonly title: Text;
  run(world: World): Promise<void>;
}

export interface Invariant<World> {
  readonly name: string;
  readonly title: Text;
  /** Each broken promise with its evidence. None: it holds. Called after the last step, once all has come to rest. */
  check(world: World): Promise<readonly BrokenPromise[]>;
}

export interface BrokenPromise {
  /** One sentence with the values that contradict each other. */
  readonly what: string;
  /** The offending message, row or answer. */
  readonly evidence: unknown;
  /** Leads to its timeline, where there is one. */
  readonly traceId?: string;
}

/** What a run tells while it is played, a line of JSON each; together they are the run's file, which replays offline. */
export type RunEvent =
  | { readonly kind: 'run-began'; readonly at: number; readonly run: string; readonly scenario: string; readonly seed: number; readonly naive: boolean; readonly title: Text; readonly story: Text; readonly steps: readonly { readonly name: string; readonly title: Text }[]; readonly invariants: readonly { readonly name: string; readonly title: Text }[] }
  | { readonly kind: 'step-began'; readonly at: number; readonly run: string; readonly step: string }
  /** Progress within a step: what a client did, what was seen. */
  | { readonly kind: 'note'; readonly at: number; readonly run: string; readonly step: string; readonly text: string; readonly traceId?: string }
  | { readonly kind: 'step-ended'; readonly at: number; readonly run: string; readonly step: string; readonly failed?: string }
  | { readonly kind: 'invariant'; readonly at: number; readonly run: string; readonly invariant: string; readonly broken: readonly BrokenPromise[] }
  /** `failed`: it could not be played to its end, which says nothing of the promises. */
  | { readonly kind: 'run-ended'; readonly at: number; readonly run: string; readonly broken: number; readonly failed?: string };
