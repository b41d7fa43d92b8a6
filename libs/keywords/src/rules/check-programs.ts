import { InvalidRuleError } from './invalid-rule.error';
import type { Rule } from './rule';

/** Of all patterns together. Each may cost some 100 ns at each unit of the worst text: half a second for 2,000 units. The marketplace's have 1,200. */
const MOST_INSTRUCTIONS = 2_000;

/** @param programs what the rules' patterns compile to; `rule` is an index of `rules`. @throws InvalidRuleError that names the rule of the largest */
export function checkPrograms(programs: readonly { readonly rule: number; readonly size: number }[], rules: readonly Rule[]): void {
  const total = programs.reduce((sum, { size }) => sum + size, 0);
  const [largest] = programs.toSorted((a, b) => b.size - a.size);
  if (!largest || total <= MOST_INSTRUCTIONS) return;
  const rule = rules[largest.rule];
  const field = rule?.kind === 'pattern' ? 'pattern' : 'patterns';
  throw new InvalidRuleError(rule?.id ?? '', field, `it takes too long for each letter: it compiles to ${largest.size} instructions, and all patterns together to ${total}, where ${MOST_INSTRUCTIONS} are the most. Fewer or smaller repetitions are needed.`);
}
