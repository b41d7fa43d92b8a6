import { AhoCorasick as Monyone } from '@monyone/aho-corasick';
import { AhoCorasick as MonyoneFast } from '@monyone/aho-corasick/fast';
import ahoCorasickNode from 'aho-corasick-node';
import AhoCorasick from 'ahocorasick';
import ModernAhoCorasick from 'modern-ahocorasick';

export interface Peer {
  readonly name: string;
  /** How many occurrences there are. */
  readonly count: (message: string) => number;
}

/** Every implementation of npm that takes 10,000 keywords. None of them normalises: they are given the text as it is, and find the words as they are. */
export function peers(keywords: readonly string[]): readonly Peer[] {
  const modern = new ModernAhoCorasick([...keywords]);
  const plain = new AhoCorasick(keywords);
  const monyone = new Monyone([...keywords]);
  const monyoneFast = new MonyoneFast([...keywords]);
  const builder = ahoCorasickNode.builder();
  for (const keyword of keywords) builder.add(keyword);
  const node = builder.build();
  return [
    { name: '@monyone/aho-corasick/fast', count: (message) => monyoneFast.matchInText(message).length },
    { name: '@monyone/aho-corasick', count: (message) => monyone.matchInText(message).length },
    { name: 'ahocorasick', count: (message) => plain.search(message).reduce((count, [, found]) => count + found.length, 0) },
    { name: 'modern-ahocorasick', count: (message) => modern.search(message).length },
    { name: 'aho-corasick-node', count: (message) => node.match(message).length },
  ];
}

/** What one writes without a library. */
export function includesLoop(keywords: readonly string[]): Peer {
  return { name: 'a loop of includes', count: (message) => keywords.reduce((count, keyword) => count + Number(message.includes(keyword)), 0) };
}
