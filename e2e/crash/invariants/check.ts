import type { Evidence } from '../evidence/evidence.ts';
import { aggregateOrder } from './aggregate-order.ts';
import { answers } from './answers.ts';
import { committedEvents } from './committed-events.ts';
import { deadLetters } from './dead-letters.ts';
import { effectsOnce } from './effects-once.ts';
import { recovered } from './recovery.ts';
import { rolledBackEvents } from './rolled-back-events.ts';
import { stablePartition } from './stable-partition.ts';
import { type Violation, violations } from './violation.ts';
import { visibility } from './visibility.ts';
import { wholeness } from './wholeness.ts';

const INVARIANTS: Readonly<Record<string, (evidence: Evidence) => Iterable<string>>> = {
  'committed-events': committedEvents,
  'rolled-back-events': rolledBackEvents,
  'aggregate-order': aggregateOrder,
  'stable-partition': stablePartition,
  'effects-once': effectsOnce,
  'dead-letters': deadLetters,
  visibility,
  answers,
  wholeness,
  recovery: recovered,
};

/** Every promise that was broken; none if all were kept. */
export function check(evidence: Evidence): Violation[] {
  return Object.entries(INVARIANTS).flatMap(([name, invariant]) => violations(name, invariant(evidence)));
}
