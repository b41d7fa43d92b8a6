import type { Violation } from './invariants/violation.ts';
import type { Mutant } from './mutants.ts';

/**
 * Why violations do not convict the mutant: evidence that it declares and that is missing, and violations that do not follow from it.
 * Without the second a platform that merely falls over would pass for a bug that was found.
 *
 * @returns a sentence each; none if it was found, and nothing else
 */
export function doubtsAbout({ name, evidence, consequences }: Mutant, violations: readonly Violation[]): string[] {
  const missing = evidence.filter(({ invariant, what }) => !violations.some((violation) => violation.invariant === invariant && what.test(violation.what)));
  const expected = new Set([...evidence.map(({ invariant }) => invariant), ...consequences]);
  const others = violations.filter(({ invariant }) => !expected.has(invariant));
  return [
    ...missing.map(({ invariant, what }) => `${name} was not found: no violation of ${invariant} reads like ${what}`),
    ...others.map(({ invariant, what }) => `${name} does not explain: ${invariant}: ${what}`),
  ];
}
