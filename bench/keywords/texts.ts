import { randomFrom } from './random.ts';

const SYLLABLES = '가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후기니디리미비시이지치키티피히강난단란만반산안잔찬칸탄판한공농동롱몽봉송옹종총콩통퐁홍';
const LATIN = 'etaoinshrdlucmfwypvbgkjqxz';
const KEYWORD_SHARE = 0.1;

export interface Texts {
  readonly keywords: readonly string[];
  readonly messages: readonly string[];
}

/** Keywords of 3 to 8 letters, and messages of 3 to 12 words, Korean and English; every tenth has a keyword in it. The same at each run. */
export function texts(keywordCount: number, messageCount: number): Texts {
  const random = randomFrom(7);
  const below = (bound: number): number => Math.floor(random() * bound);
  const letters = (from: string, count: number): string => Array.from({ length: count }, () => from.charAt(below(from.length))).join('');
  const word = (): string => (random() < 0.6 ? letters(SYLLABLES, 1 + below(4)) : letters(LATIN, 2 + below(7)));
  const keywords = new Set<string>();
  while (keywords.size < keywordCount) keywords.add(random() < 0.6 ? letters(SYLLABLES, 3 + below(3)) : letters(LATIN, 5 + below(4)));
  const list = [...keywords];
  const messages = Array.from({ length: messageCount }, () => {
    const words = Array.from({ length: 3 + below(10) }, word);
    if (random() < KEYWORD_SHARE) words.splice(below(words.length), 0, list[below(list.length)] ?? '');
    return words.join(' ');
  });
  return { keywords: list, messages };
}
