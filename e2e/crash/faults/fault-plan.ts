import type { Random } from '../random.ts';

/**
 * `kill`: SIGKILL, the runner starts it again; it also hits a process that is still starting, unless `onceHealthy`. `freeze`:
 * SIGSTOP, then SIGCONT, of a healthy process. Both reach the process and its children.
 */
export type Fault =
  | { readonly kind: 'kill'; readonly atMs: number; readonly victim: string; readonly onceHealthy?: true }
  | { readonly kind: 'freeze'; readonly atMs: number; readonly victim: string; readonly forMs: number };

/** Times count from the begin of the traffic. */
export type FaultPlan = readonly Fault[];

const FREEZE_MS = [1_000, 8_000] as const;
/** No fault of a process within this time after the end of its last one: it shall have work again before it dies again. */
const RESPITE_MS = 1_500;

/**
 * Every victim is killed and frozen, in random order at random moments, as often as the time allows; faults of different
 * victims overlap.
 *
 * @param meanGapMs between two faults, on average
 */
export function randomPlan(random: Random, victims: readonly string[], durationMs: number, meanGapMs: number): FaultPlan {
  const plan: Fault[] = [];
  const freeAt = new Map<string, number>();
  let bag: { victim: string; kind: Fault['kind'] }[] = [];
  for (let atMs = random.between(0, meanGapMs); atMs < durationMs; atMs += random.between(0, 2 * meanGapMs)) {
    if (bag.length === 0) bag = random.shuffled(victims.flatMap((victim) => [{ victim, kind: 'kill' as const }, { victim, kind: 'freeze' as const }]));
    const index = bag.findIndex(({ victim }) => (freeAt.get(victim) ?? 0) <= atMs);
    const [next] = index < 0 ? [] : bag.splice(index, 1);
    if (!next) continue;
    const fault: Fault = next.kind === 'kill' ? { ...next, kind: 'kill', atMs } : { ...next, kind: 'freeze', atMs, forMs: random.between(...FREEZE_MS) };
    freeAt.set(fault.victim, atMs + (fault.kind === 'freeze' ? fault.forMs : 0) + RESPITE_MS);
    plan.push(fault);
  }
  return plan;
}

export function repeated(times: number, everyMs: number, fault: (atMs: number) => Fault): FaultPlan {
  return Array.from({ length: times }, (_, index) => fault(index * everyMs));
}
