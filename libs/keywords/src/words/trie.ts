const NOBODY = -1;

interface Node {
  readonly parent: number;
  readonly symbol: number;
  readonly children: Map<number, number>;
  firstPattern: number;
}

/** The words before they are laid out; node 0 is the root, and nodes are numbered by depth only in `eachByDepth`. */
export class Trie {
  readonly #nodes: Node[] = [{ parent: 0, symbol: 0, children: new Map(), firstPattern: NOBODY }];
  /** Of a pattern: the next one that is the same word. */
  readonly nextPattern: Int32Array;

  constructor(words: readonly Uint16Array[]) {
    this.nextPattern = new Int32Array(words.length).fill(NOBODY);
    words.forEach((word, pattern) => {
      let at = 0;
      for (const symbol of word) at = this.#child(at, symbol);
      const node = this.#node(at);
      this.nextPattern[pattern] = node.firstPattern;
      node.firstPattern = pattern;
    });
  }

  firstPattern(node: number): number {
    return this.#node(node).firstPattern;
  }

  /** Parents before children, and all of a depth before the next; not the root. */
  eachByDepth(visit: (node: number, parent: number, symbol: number) => void): void {
    const queue = [...this.#node(0).children.values()];
    for (const node of queue) {
      const { parent, symbol, children } = this.#node(node);
      visit(node, parent, symbol);
      for (const child of children.values()) queue.push(child);
    }
  }

  /** First fit over the free places, which are kept in a list. The root is at place 0. */
  doubleArray(): { base: Int32Array; check: Int32Array; places: Int32Array } {
    const places = new Int32Array(this.#nodes.length);
    const layout = new Layout(this.#nodes.reduce((largest, { symbol }) => Math.max(largest, symbol), 0));
    const lay = (node: number): void => {
      const { children } = this.#node(node);
      if (children.size === 0) return;
      const symbols = [...children.keys()].toSorted((a, b) => a - b);
      const base = layout.put(places[node] ?? 0, symbols);
      for (const [symbol, child] of children) places[child] = base + symbol;
    };
    lay(0);
    this.eachByDepth(lay);
    return { ...layout.arrays(), places };
  }

  #child(at: number, symbol: number): number {
    const { children } = this.#node(at);
    const known = children.get(symbol);
    if (known !== undefined) return known;
    const made = this.#nodes.push({ parent: at, symbol, children: new Map(), firstPattern: NOBODY }) - 1;
    children.set(symbol, made);
    return made;
  }

  #node(index: number): Node {
    const node = this.#nodes[index];
    if (!node) throw new RangeError(`There is no node ${index}.`);
    return node;
  }
}

class Layout {
  /** @param symbols how many there are: the largest one */
  constructor(private readonly symbols: number) {
    this.#length = symbols + 1;
  }

  readonly #base: number[] = [0];
  readonly #check: number[] = [NOBODY];
  /** From each place the next that may be free: paths are shortened as they are walked. */
  readonly #free: number[] = [1];
  #length: number;

  put(parent: number, symbols: readonly number[]): number {
    const first = symbols[0] ?? 0;
    for (let place = this.#nextFree(Math.max(1, first)); ; place = this.#nextFree(place + 1)) {
      const base = place - first;
      if (!symbols.every((symbol) => this.#isFree(base + symbol))) continue;
      this.#base[parent] = base;
      for (const symbol of symbols) this.#take(base + symbol, parent);
      this.#length = Math.max(this.#length, base + this.symbols + 1);
      return base;
    }
  }

  /** So long that no step from any state leaves them. */
  arrays(): { base: Int32Array; check: Int32Array } {
    const [base, check] = [new Int32Array(this.#length), new Int32Array(this.#length).fill(NOBODY)];
    base.set(this.#base);
    check.set(this.#check);
    return { base, check };
  }

  #isFree(place: number): boolean {
    return place >= this.#check.length || this.#check[place] === NOBODY;
  }

  #take(place: number, parent: number): void {
    while (this.#check.length <= place) {
      this.#free.push(this.#check.length);
      this.#base.push(0);
      this.#check.push(NOBODY);
    }
    this.#check[place] = parent;
    this.#free[place] = place + 1;
  }

  #nextFree(from: number): number {
    let place = from;
    while (place < this.#check.length && this.#free[place] !== place) place = this.#free[place] ?? place + 1;
    for (let walked = from; walked < place && walked < this.#check.length; ) {
      const next = this.#free[walked] ?? walked + 1;
      if (walked !== place) this.#free[walked] = place;
      walked = next;
    }
    return place;
  }
}
