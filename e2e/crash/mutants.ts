import { join } from 'node:path';
import { UserFacingError } from '../../infra/core/user-facing-error.ts';
import type { CdcEngineName } from '../../infra/sandbox/settings.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { repeated } from './faults/fault-plan.ts';

/** Of an invariant, a violation that reads like this. */
export interface Telltale {
  readonly invariant: string;
  readonly what: RegExp;
}

/** A bug on purpose, and what brings it to light: the negative control of the checker. */
export interface Mutant {
  readonly name: string;
  /** Loaded before the service; see the script for what it changes. It throws where that is not there. */
  readonly script: string;
  readonly processes: readonly string[];
  /** With which it is a bug that its faults bring to light. */
  readonly engines: readonly CdcEngineName[];
  /** Faults under which it must be found. */
  readonly plan: FaultPlan;
  /** Each must be found. */
  readonly evidence: readonly Telltale[];
  /** Invariants that may be broken besides, because that follows. Any other says that something else was found, or that the platform fell over. */
  readonly consequences: readonly string[];
}

const script = (name: string): string => join(import.meta.dirname, 'mutants', `${name}.cjs`);

export const mutants: readonly Mutant[] = [
  {
    name: 'acknowledge-early',
    script: script('acknowledge-early'),
    processes: ['cdc'],
    engines: ['embedded'], // Debezium has a sink of its own
    // Kafka does not take the rows that come meanwhile; then the only process that has them dies.
    plan: [
      { atMs: 1_000, victim: 'kafka', kind: 'freeze', forMs: 2_500 },
      { atMs: 2_500, victim: 'cdc', kind: 'kill' },
    ],
    evidence: [{ invariant: 'committed-events', what: /is committed, but not on cdc\.(?:member|board)\.public\.outbox, / }],
    // What is lost leaves a gap; if it was a withdrawal, the posts stay.
    consequences: ['aggregate-order', 'visibility'],
  },
  {
    name: 'skip-inbox',
    script: script('skip-inbox'),
    processes: ['ledger'],
    engines: ['embedded'], // with Debezium, cdc has no rows whose publication its death would repeat
    // Each death in the midst of traffic makes the next process publish the last rows once more.
    plan: repeated(4, 700, (atMs) => ({ atMs: 700 + atMs, victim: 'cdc', kind: 'kill', onceHealthy: true })),
    evidence: [{ invariant: 'effects-once', what: /^event \S+ took effect (?:[2-9]|\d{2,}) times in the ledger$/ }],
    consequences: [],
  },
  {
    name: 'key-by-event-id',
    script: script('key-by-event-id'),
    processes: ['cdc', 'relay'],
    engines: ['embedded', 'debezium'],
    plan: [], // it shows without any
    evidence: [
      { invariant: 'stable-partition', what: /^(?:member|board)\.events\.v1\S+ has the key \S+, not its aggregate's id / },
      { invariant: 'stable-partition', what: / is in partition \d+ and, at (?:member|board)\.events\.v1\S+, in another$/ },
    ],
    consequences: ['aggregate-order'],
  },
  {
    name: 'reorder',
    script: script('reorder'),
    processes: ['relay'],
    engines: ['embedded', 'debezium'],
    // What it finds when it wakes is one batch a partition, with many versions of the posts that are edited.
    plan: [{ atMs: 1_000, victim: 'relay', kind: 'freeze', forMs: 1_500 }],
    evidence: [
      { invariant: 'aggregate-order', what: / first appears in board\.events\.v1\[\d+\] after v\d+$/ },
      { invariant: 'aggregate-order', what: / first appears in the ledger after v\d+$/ },
    ],
    consequences: [],
  },
];

/** @throws UserFacingError with the names that exist, or with the engines for which the mutant is a bug */
export function mutantNamed(name: string, cdc: CdcEngineName): Mutant {
  const mutant = mutants.find((candidate) => candidate.name === name);
  if (!mutant) throw new UserFacingError(`There is no mutant "${name}". There are: ${mutants.map((each) => each.name).join(', ')}`);
  if (!mutant.engines.includes(cdc)) {
    throw new UserFacingError(`The mutant ${name} shows nothing with --cdc ${cdc}. It is for: ${mutant.engines.map((engine) => `--cdc ${engine}`).join(', ')}`);
  }
  return mutant;
}
