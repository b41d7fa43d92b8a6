declare module 'ahocorasick' {
  export default class AhoCorasick {
    constructor(keywords: readonly string[]);
    search(text: string): [end: number, keywords: string[]][];
  }
}

declare module 'aho-corasick-node' {
  interface Matcher {
    match(text: string): string[];
  }
  interface Builder {
    add(keyword: string): void;
    build(): Matcher;
  }
  const ahoCorasick: { builder(): Builder };
  export default ahoCorasick;
}
