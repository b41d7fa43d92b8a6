import { Trie } from './trie';

const ROOT = 0;

/** Which words end where: `patterns[i]` ends at `ends[i]`, inclusive. Valid until the next scan. */
export interface Occurrences {
  readonly count: number;
  readonly ends: Int32Array;
  readonly patterns: Int32Array;
}

/**
 * Aho and Corasick (CACM 18, 1975) over a double array (Aoe, IEEE TSE 15, 1989): the child of `s` by symbol `c` is `base[s] + c` if its `check` is `s`. One step a symbol,
 * amortised, however many words there are. Symbols are 1, 2, …; 0 is in no word.
 */
export class Automaton {
  readonly #base: Int32Array;
  readonly #check: Int32Array;
  readonly #fail: Int32Array;
  /** The nearest state on the way of failures, itself among them, where a word ends; 0 if there is none. */
  readonly #report: Int32Array;
  readonly #firstPattern: Int32Array;
  readonly #nextPattern: Int32Array;
  #ends = new Int32Array(64);
  #patterns = new Int32Array(64);

  constructor(words: readonly Uint16Array[]) {
    const trie = new Trie(words);
    const { base, check, places } = trie.doubleArray();
    this.#base = base;
    this.#check = check;
    this.#fail = new Int32Array(base.length);
    this.#report = new Int32Array(base.length);
    this.#firstPattern = new Int32Array(base.length).fill(-1);
    this.#nextPattern = trie.nextPattern;
    trie.eachByDepth((node, parent, symbol) => {
      const state = places[node] ?? ROOT;
      const from = places[parent] ?? ROOT;
      const fail = from === ROOT ? ROOT : this.#step(this.#fail[from] ?? ROOT, symbol);
      this.#fail[state] = fail;
      this.#firstPattern[state] = trie.firstPattern(node);
      this.#report[state] = trie.firstPattern(node) >= 0 ? state : (this.#report[fail] ?? ROOT);
    });
  }

  scan(symbols: Uint16Array, length: number): Occurrences {
    const [base, check, fail, report] = [this.#base, this.#check, this.#fail, this.#report];
    let state = ROOT;
    let count = 0;
    for (let index = 0; index < length; index++) {
      const symbol = symbols[index] ?? 0;
      if (symbol === 0) {
        state = ROOT;
        continue;
      }
      let next = (base[state] ?? 0) + symbol;
      while (check[next] !== state && state !== ROOT) {
        state = fail[state] ?? ROOT;
        next = (base[state] ?? 0) + symbol;
      }
      state = check[next] === state ? next : ROOT;
      const found = report[state] ?? ROOT;
      if (found !== ROOT) count = this.#collect(found, index, count);
    }
    return { count, ends: this.#ends, patterns: this.#patterns };
  }

  #collect(found: number, index: number, before: number): number {
    let count = before;
    for (let state = found; state !== ROOT; state = this.#report[this.#fail[state] ?? ROOT] ?? ROOT) {
      for (let pattern = this.#firstPattern[state] ?? -1; pattern >= 0; pattern = this.#nextPattern[pattern] ?? -1) {
        if (count === this.#ends.length) this.#enlarge();
        this.#ends[count] = index;
        this.#patterns[count++] = pattern;
      }
    }
    return count;
  }

  #step(from: number, symbol: number): number {
    for (let state = from; ; state = this.#fail[state] ?? ROOT) {
      const next = (this.#base[state] ?? 0) + symbol;
      if (this.#check[next] === state) return next;
      if (state === ROOT) return ROOT;
    }
  }

  #enlarge(): void {
    const [ends, patterns] = [new Int32Array(this.#ends.length * 2), new Int32Array(this.#ends.length * 2)];
    ends.set(this.#ends);
    patterns.set(this.#patterns);
    this.#ends = ends;
    this.#patterns = patterns;
  }
}
