import { join } from 'node:path';
import type { FaultPlan } from './faults/fault-plan.ts';
import { repeated } from './faults/fault-plan.ts';

/** A bug on purpose, and what brings it to light: the negative control of the checker. */
export interface Mutant {
  readonly name: string;
  /** Loaded before the service; see the script for what it changes. */
  readonly script: string;
  readonly processes: readonly string[];
  /** Faults under which it must be found. */
  readonly plan: FaultPlan;
  /** An invariant that must be among those broken. */
  readonly breaks: string;
}

const script = (name: string): string => join(import.meta.dirname, 'mutants', `${name}.cjs`);

export const mutants: readonly Mutant[] = [
  {
    name: 'acknowledge-early',
    script: script('acknowledge-early'),
    processes: ['cdc'],
    // Kafka does not take the rows that come meanwhile; then the only process that has them dies.
    plan: [
      { atMs: 1_000, victim: 'kafka', kind: 'freeze', forMs: 2_500 },
      { atMs: 2_500, victim: 'cdc', kind: 'kill' },
    ],
    breaks: 'committed-events',
  },
  {
    name: 'skip-inbox',
    script: script('skip-inbox'),
    processes: ['board', 'ledger'],
    // Each death in the midst of traffic makes the next process publish the last rows once more.
    plan: repeated(4, 700, (atMs) => ({ atMs: 700 + atMs, victim: 'cdc', kind: 'kill', onceHealthy: true })),
    breaks: 'effects-once',
  },
  {
    name: 'key-by-event-id',
    script: script('key-by-event-id'),
    processes: ['cdc', 'relay'],
    plan: [], // it shows without any
    breaks: 'stable-partition',
  },
];

/** @throws with the names that exist */
export function mutantNamed(name: string): Mutant {
  const mutant = mutants.find((candidate) => candidate.name === name);
  if (!mutant) throw new Error(`There is no mutant "${name}". There are: ${mutants.map((each) => each.name).join(', ')}`);
  return mutant;
}
