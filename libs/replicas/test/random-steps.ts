import fc from 'fast-check';

export const SESSIONS = 6;
export const COUNTERS = 3;

export type Act = 'read' | 'stream' | 'write' | 'transaction';
export type Fault = 'kill -9' | 'SIGSTOP' | 'pause replay';
export type Step =
  | { readonly does: Act; readonly session: number; readonly counter: number }
  /** It heals by itself, so that any part of a list of steps leaves the servers well. */
  | { readonly does: Fault; readonly server: string; readonly forMs: number }
  | { readonly does: 'wait'; readonly ms: number };

const act: fc.Arbitrary<Step> = fc.record({
  does: fc.oneof({ weight: 12, arbitrary: fc.constant<Act>('read') }, { weight: 2, arbitrary: fc.constant<Act>('stream') }, { weight: 4, arbitrary: fc.constantFrom<Act[]>('write', 'transaction') }),
  session: fc.nat(SESSIONS - 1),
  counter: fc.nat(COUNTERS - 1),
});
const wait: fc.Arbitrary<Step> = fc.record({ does: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40 }) });
const forMs = fc.nat(150);
const ofReplica: fc.Arbitrary<Step> = fc.record({ does: fc.constantFrom<Fault[]>('kill -9', 'SIGSTOP', 'pause replay'), server: fc.constantFrom('replica-1', 'replica-2'), forMs });
const ofPrimary: fc.Arbitrary<Step> = fc.record({ does: fc.constant<Fault>('kill -9'), server: fc.constant('postgres'), forMs });

/**
 * Shrinks by leaving out half of the list, quarters, ... single steps (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002): any part
 * of a list of steps is one too. fast-check's own way, from one end, takes a run or more for each step; a run takes a second.
 */
class Sublists extends fc.Arbitrary<Step[]> {
  constructor(private readonly lists: fc.Arbitrary<Step[]>) {
    super();
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<Step[]> {
    return new fc.Value(this.lists.generate(random, bias).value, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Step[] {
    return Array.isArray(value);
  }

  override shrink(steps: Step[], size: unknown): fc.Stream<fc.Value<Step[]>> {
    return fc.stream(without(steps, typeof size === 'number' ? size : Math.ceil(steps.length / 2)));
  }
}

function* without(steps: readonly Step[], largest: number): Generator<fc.Value<Step[]>> {
  for (let size = Math.min(largest, steps.length - 1); size >= 1; size = Math.floor(size / 2)) {
    for (let end = steps.length; end > 0; end -= size) yield new fc.Value(steps.toSpliced(Math.max(0, end - size), Math.min(size, end)), size);
  }
}

const stepsOf = (maxLength: number, ...kinds: fc.WeightedArbitrary<Step>[]): fc.Arbitrary<Step[]> => new Sublists(fc.array(fc.oneof(...kinds), { minLength: 1, maxLength, size: 'max' }));
const inPeace = [{ weight: 60, arbitrary: act }, { weight: 8, arbitrary: wait }];

export const peacefulSteps = stepsOf(40, ...inPeace);
export const someSteps = stepsOf(120, ...inPeace, { weight: 4, arbitrary: ofReplica }, { weight: 1, arbitrary: ofPrimary });

export function tellStep(step: Step): string {
  if (step.does === 'wait') return `wait ${step.ms} ms`;
  return 'server' in step ? `${step.does} ${step.server}, for ${step.forMs} ms` : `session-${step.session}: ${step.does} counter ${step.counter}`;
}
