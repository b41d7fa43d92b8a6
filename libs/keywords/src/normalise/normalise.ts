import { NormalText } from './normal-text';

export interface Normalised {
  readonly text: string;
  /** Unit `i` of `text` comes from `[starts[i], ends[i])` of the source: UTF-16 indices, never within a surrogate pair. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/**
 * The text as it is compared: NFKC (UAX 15), lower case, without what is not seen and without accents and strokes on Latin letters, figures of all scripts as 0 to 9,
 * single Hangul letters joined to syllables. White space and punctuation stay. Takes any string, also with lone surrogates (U+FFFD).
 */
export function normalise(source: string): Normalised {
  const { text, starts, ends, length } = new NormalText().read(source);
  return { text, starts: starts.slice(0, length), ends: ends.slice(0, length) };
}
