import type { TimelineStep } from '../../feed/api';

/** A step that does not know yet how long after the first it was. */
export type Step = Omit<TimelineStep, 'elapsedMs'>;

/** Where clocks agree to the millisecond only, causes come before effects all the same. */
const ORDER: readonly TimelineStep['what'][] = ['request', 'commit', 'row-added', 'relayed', 'delivered', 'retry', 'effect', 'dead-letter', 'visible'];

export function inOrder(steps: readonly Step[]): TimelineStep[] {
  const sorted = steps.toSorted((a, b) => Math.trunc(a.at) - Math.trunc(b.at) || ORDER.indexOf(a.what) - ORDER.indexOf(b.what) || a.at - b.at);
  const first = sorted[0]?.at ?? 0;
  return sorted.map(({ what, where, at, durationMs, facts, body }) => ({ what, where, at, elapsedMs: Math.max(0, at - first), durationMs, facts, body }));
}
