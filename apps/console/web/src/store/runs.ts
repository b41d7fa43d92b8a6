import type { BrokenPromise, RunEvent, Text } from '@madang/lab';

export interface RunStep {
  readonly name: string;
  readonly title: Text;
  readonly state: 'waiting' | 'playing' | 'done' | 'failed';
  readonly beganAt: number | null;
  readonly endedAt: number | null;
  readonly failed: string | null;
  readonly notes: readonly { readonly at: number; readonly text: string; readonly traceId: string | null }[];
}

export interface RunInvariant {
  readonly name: string;
  readonly title: Text;
  /** null: not looked at yet. */
  readonly broken: readonly BrokenPromise[] | null;
}

/** A run as far as it has been told; a file of its events, reduced, is the same again. */
export interface Run {
  readonly run: string;
  readonly scenario: string;
  readonly seed: number;
  readonly naive: boolean;
  readonly title: Text;
  readonly story: Text;
  readonly beganAt: number;
  readonly endedAt: number | null;
  readonly failed: string | null;
  readonly broken: number | null;
  readonly steps: readonly RunStep[];
  readonly invariants: readonly RunInvariant[];
  readonly events: readonly RunEvent[];
}

/** What a run may remember: of a chatty one the middle is missing in the page, and whole in the server's file. */
const MOST_NOTES = 200;
const MOST_EVENTS = 4_000;

/** @returns the run unchanged (or none) where the event belongs to one that was never heard to begin */
export function reduceRun(run: Run | undefined, event: RunEvent): Run | undefined {
  if (event.kind === 'run-began') return begun(event);
  if (!run) return undefined;
  const events = run.events.length < MOST_EVENTS ? [...run.events, event] : run.events;
  const next = { ...run, events };
  switch (event.kind) {
    case 'step-began':
      return withStep(next, event.step, (step) => ({ ...step, state: 'playing', beganAt: event.at }));
    case 'note':
      return withStep(next, event.step, (step) => ({ ...step, notes: [...step.notes.slice(1 - MOST_NOTES), { at: event.at, text: event.text, traceId: event.traceId ?? null }] }));
    case 'step-ended':
      return withStep(next, event.step, (step) => ({ ...step, state: event.failed === undefined ? 'done' : 'failed', endedAt: event.at, failed: event.failed ?? null }));
    case 'invariant':
      return { ...next, invariants: next.invariants.map((each) => (each.name === event.invariant ? { ...each, broken: event.broken } : each)) };
    case 'run-ended':
      return { ...next, endedAt: event.at, broken: event.broken, failed: event.failed ?? null };
    default:
      return event satisfies never;
  }
}

function begun(event: Extract<RunEvent, { kind: 'run-began' }>): Run {
  const { run, scenario, seed, naive, title, story, at } = event;
  const steps = event.steps.map((step) => ({ ...step, state: 'waiting' as const, beganAt: null, endedAt: null, failed: null, notes: [] }));
  const invariants = event.invariants.map((invariant) => ({ ...invariant, broken: null }));
  return { run, scenario, seed, naive, title, story, beganAt: at, endedAt: null, failed: null, broken: null, steps, invariants, events: [event] };
}

function withStep(run: Run, name: string, change: (step: RunStep) => RunStep): Run {
  return { ...run, steps: run.steps.map((step) => (step.name === name ? change(step) : step)) };
}
