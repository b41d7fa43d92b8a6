/** A broken promise, as a person reads it. */
export interface Violation {
  readonly invariant: string;
  readonly what: string;
}

/** @param broken a sentence each, empty where the promise was kept */
export function violations(invariant: string, broken: Iterable<string>): Violation[] {
  return [...broken].map((what) => ({ invariant, what }));
}

export function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
