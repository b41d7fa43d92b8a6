export { compileRules, type Detector, type Hit } from './detector';
export { normalise, type Normalised } from './normalise/normalise';
export { checkRules } from './rules/check-rules';
export { InvalidRuleError } from './rules/invalid-rule.error';
export { marketplaceRules } from './rules/marketplace-rules';
export type { BankAccountRule, PatternRule, PhoneNumberRule, Rule, WordsRule } from './rules/rule';
