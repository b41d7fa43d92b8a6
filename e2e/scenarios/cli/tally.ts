import type { RunEvent, Text } from '@madang/lab';
import { aligned } from '../../../infra/core/aligned.ts';

/** What came of a run. */
export interface Tally {
  readonly seed: number;
  readonly naive: boolean;
  /** In the order in which they were asked; those of a run that was broken off may be missing. */
  readonly broken: ReadonlyMap<string, number>;
  readonly failed: string | undefined;
}

type Began = Extract<RunEvent, { kind: 'run-began' }>;

/** Of all runs in it, in their order. */
export function talliesOf(events: readonly RunEvent[]): Tally[] {
  return [...Map.groupBy(events, ({ run }) => run).values()].flatMap((own) => {
    const began = own.find((event): event is Began => event.kind === 'run-began');
    if (!began) return [];
    const ended = own.find((event) => event.kind === 'run-ended');
    const broken = new Map(own.flatMap((event) => (event.kind === 'invariant' ? [[event.invariant, event.broken.length] as const] : [])));
    const unjudged = began.invariants.find(({ name }) => !broken.has(name));
    const failed = ended ? ended.failed ?? (unjudged && `${unjudged.name} was not judged`) : 'its end is missing';
    return [{ seed: began.seed, naive: began.naive, broken, failed }];
  });
}

export function totalOf({ broken }: Tally): number {
  return [...broken.values()].reduce((sum, count) => sum + count, 0);
}

/** With the patterns no promise is broken; without them at least one is. */
export function isAsItShouldBe(tally: Tally): boolean {
  return tally.failed === undefined && (tally.naive ? totalOf(tally) > 0 : totalOf(tally) === 0);
}

/** Both ways side by side: each promise, and how often it was broken in all runs. */
export function comparison(events: readonly RunEvent[], language: keyof Text): string {
  const invariants = events.find((event): event is Began => event.kind === 'run-began')?.invariants ?? [];
  const tallies = talliesOf(events);
  const count = (naive: boolean, name: string): number => tallies.filter((tally) => tally.naive === naive).reduce((sum, { broken }) => sum + (broken.get(name) ?? 0), 0);
  const told = (broken: number): string => (broken === 0 ? 'kept' : `${broken} broken`);
  const rows = invariants.map(({ name, title }) => [title[language], told(count(false, name)), told(count(true, name))]);
  return aligned([['promise', 'patterns', 'naive'], ...rows]);
}
