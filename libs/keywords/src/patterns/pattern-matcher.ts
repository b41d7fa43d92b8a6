import { RE2JS } from 're2js';
import type { NormalText } from '../normalise/normal-text';
import type { Found } from '../words/word-matcher';

/** Each search may walk to the end of the text: without a bound, all of them together would cost the square of its length. */
const MOST_HITS = 16;

/** One admin's pattern, in time linear in the text: RE2 does not go back. */
export class PatternMatcher {
  readonly rule: number;
  readonly #pattern: RE2JS;

  /** @throws RE2JSSyntaxException */
  constructor(rule: number, pattern: string) {
    this.rule = rule;
    this.#pattern = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  }

  /** Of RE2's program, in instructions: the time for a unit of text grows with it. */
  get size(): number {
    return this.#pattern.programSize();
  }

  get matchesEmptyText(): boolean {
    return this.#pattern.test('');
  }

  /** The first 16. */
  scan(text: NormalText): Found[] {
    if (!this.#pattern.test(text.text)) return []; // by RE2's automaton, many times faster than what finds places
    const matcher = this.#pattern.matcher(text.text);
    const found: Found[] = [];
    for (let searches = 0; searches < MOST_HITS && matcher.find(); searches++) {
      if (matcher.end() > matcher.start()) found.push({ rule: this.rule, from: matcher.start(), to: matcher.end() });
    }
    return found;
  }
}
