/** A rule that cannot be compiled; its message says what to change. */
export class InvalidRuleError extends Error {
  override readonly name = 'InvalidRuleError';
  readonly code = 'KEYWORDS_INVALID_RULE';

  /** @param ruleId its id, or `#` with its index where it has none; `field` where it lies, such as `words[3]` */
  constructor(
    readonly ruleId: string,
    readonly field: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`Rule "${ruleId}", ${field}: ${problem}`, options);
  }
}
