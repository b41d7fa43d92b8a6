import type { Keyword } from '../words/keyword';
import { skeletonOf } from '../words/look-alikes';
import { InvalidRuleError } from './invalid-rule.error';

/** What may be compared where one unit of a text ends: the letters of all words that end there, and for each word the time of some letters more. */
const MOST_NESTED = 256;
const A_WORD = 4;

/** The words that end at a place are the longest of them and those of its own ends that are words. @throws InvalidRuleError that names the rule of the longest */
export function checkNesting(keywords: readonly Keyword[], ids: readonly string[]): void {
  const skeletons = keywords.map(({ letters }) => String.fromCharCode(...letters.map(skeletonOf)));
  const costs = new Map<string, number>();
  for (const skeleton of skeletons) costs.set(skeleton, (costs.get(skeleton) ?? 0) + skeleton.length + A_WORD);
  const lengths = [...new Set(skeletons.map(({ length }) => length))];
  const costWhereItEnds = (word: string): number => lengths.reduce((sum, length) => sum + (length <= word.length ? (costs.get(word.slice(-length)) ?? 0) : 0), 0);
  const keyword = keywords[skeletons.findIndex((skeleton) => costWhereItEnds(skeleton) > MOST_NESTED)];
  if (!keyword) return;
  throw new InvalidRuleError(ids[keyword.rule] ?? '', keyword.means === 'allowed' ? 'allow' : 'words', 'too many words, of this rule or of others, end in the same place (a, aa, aaa, …): leave out those that a shorter one finds.');
}
