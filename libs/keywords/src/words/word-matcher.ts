import type { NormalText } from '../normalise/normal-text';
import { Automaton } from './automaton';
import { isWritten, type Keyword } from './keyword';
import { Letters } from './letters';
import { skeletonOf } from './look-alikes';

/** Units `[from, to)` of the normal text. */
export interface Found {
  readonly rule: number;
  readonly from: number;
  readonly to: number;
}

/** All words of all rules in one walk over the text. */
export class WordMatcher {
  readonly #keywords: readonly Keyword[];
  readonly #automaton: Automaton;
  /** Of a unit: its symbol, the same for all that look alike; 0 where no word has it. */
  readonly #symbols = new Uint16Array(0x1_0000);
  readonly #letters = new Letters();
  #walk = new Uint16Array(256);

  constructor(keywords: readonly Keyword[]) {
    this.#keywords = keywords;
    const known = new Map<number, number>();
    const symbolOf = (unit: number): number => {
      const skeleton = skeletonOf(unit);
      const symbol = known.get(skeleton) ?? known.size + 1;
      known.set(skeleton, symbol);
      return symbol;
    };
    this.#automaton = new Automaton(keywords.map(({ letters }) => letters.map(symbolOf)));
    for (let unit = 0; unit < this.#symbols.length; unit++) this.#symbols[unit] = known.get(skeletonOf(unit)) ?? 0;
  }

  /** Calls `onFound` for each occurrence, by its end. */
  scan(text: NormalText, onFound: (keyword: Keyword, found: Found) => void): void {
    const letters = this.#letters.of(text);
    const { length } = letters;
    if (length > this.#walk.length) this.#walk = new Uint16Array(Math.ceil(length * 1.5));
    const [symbols, walk, { units }] = [this.#symbols, this.#walk, letters];
    for (let i = 0; i < length; i++) walk[i] = symbols[units[i] ?? 0] ?? 0;
    const { count, ends, patterns } = this.#automaton.scan(walk, length);
    for (let i = 0; i < count; i++) {
      const keyword = this.#keywords[patterns[i] ?? 0];
      const last = ends[i] ?? 0;
      if (!keyword || !isWritten(keyword, text, letters, last + 1 - keyword.letters.length)) continue;
      const from = letters.starts[last + 1 - keyword.letters.length] ?? 0;
      onFound(keyword, { rule: keyword.rule, from, to: letters.ends[last] ?? 0 });
    }
  }
}
