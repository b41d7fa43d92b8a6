import type { Rule } from './rule';
import { accountPatterns, advancePayments, allowedPayments } from './advance-payments';
import { allowedMessengers, messengerPatterns, messengers } from './messengers';

/** What a marketplace for neighbours warns of: numbers and messengers that lead away from its chat, and money sent before anything is seen. A beginning, to be extended. */
export const marketplaceRules: readonly Rule[] = [
  { id: 'phone-number', kind: 'phone-number' },
  { id: 'bank-account', kind: 'bank-account', words: advancePayments, patterns: accountPatterns, allow: allowedPayments },
  { id: 'outside-messenger', kind: 'words', words: messengers, patterns: messengerPatterns, allow: allowedMessengers },
];
