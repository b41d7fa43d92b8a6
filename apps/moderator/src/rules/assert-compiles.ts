import { compileRules, InvalidRuleError } from '@madang/keywords';
import { BadRequestProblem } from '@madang/service-kit';
import type { RuleDefinition } from './rule.contract';
import { toDetection } from './rule-set';

/**
 * Compiles each rule by itself, also those that are off.
 *
 * @throws BadRequestProblem that names every rule that is broken
 */
export function assertCompiles(rules: readonly RuleDefinition[], path: (index: number) => string): void {
  const errors = rules.flatMap((rule, index) => {
    try {
      compileRules([toDetection(rule)]);
      return [];
    } catch (error) {
      if (!(error instanceof InvalidRuleError)) throw error;
      return [{ in: 'body' as const, field: `${path(index)}detection.${error.field}`, detail: error.message }];
    }
  });
  if (errors.length > 0) throw new BadRequestProblem('validation-failed', { detail: 'Correct the rules listed in errors; nothing has changed.', errors });
}
