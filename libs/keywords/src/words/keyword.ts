import type { NormalText } from '../normalise/normal-text';
import type { Context } from '../numbers/contexts';
import { isLatin, LETTER } from './kind';
import { isFigureOrSign, standsFor } from './look-alikes';
import { Letters } from './letters';
import { isFollowedByParticles } from './particles';

/** What stood after a letter in the word as it was given. */
export const NOTHING = 0;
/** Any separators may stand there, or none: 라인 아이디 is 라인아이디. */
export const A_SPACE = 1;
/** There has to be one: "text me" is not t.me. */
export const A_SIGN = 2;

/** A word as it is looked for: its letters only. */
export interface Keyword {
  readonly rule: number;
  readonly letters: Uint16Array;
  /** At `i`: what stood after letter `i`. */
  readonly apart: Uint8Array;
  readonly wholeWord: boolean;
  /** Given with a space in front, or behind: no longer word may have it for its end, or its beginning. */
  readonly beginsWord: boolean;
  readonly endsWord: boolean;
  /** `allowed`: excuses the hits of its rule that it overlaps. A context says what a number beside it is. */
  readonly means: 'hit' | 'allowed' | Context;
}

/** More signs than this between two letters are no longer a way to write a word. */
const LONGEST_GAP = 4;
/** In units of the text: four emoji, or one sign over and over (카-----톡), but none that trails off ("가능할까......톡 주세요"). */
const LONGEST_RUN = 12;
const GAP = /^(?:[^]{0,4}|([^\s.,!?~…])\1*)$/u;
const [LONG_IN_LATIN, LONG] = [7, 4];
const SPACE = /\s/;
const SIGN = /\S/;

export function keywordOf(written: NormalText, options: Omit<Keyword, 'letters' | 'apart' | 'beginsWord' | 'endsWord'>): Keyword {
  const { starts, ends, units, length } = new Letters().of(written);
  const between = (i: number): string => (i + 1 < length ? written.slice(ends[i] ?? 0, starts[i + 1] ?? 0) : '');
  const apart = Uint8Array.from({ length }, (_, i) => (between(i) === '' ? NOTHING : SIGN.test(between(i)) ? A_SIGN : A_SPACE));
  const beginsWord = options.wholeWord || SPACE.test(written.slice(0, starts[0] ?? 0));
  const endsWord = options.wholeWord || SPACE.test(written.slice(ends[length - 1] ?? 0, written.length));
  return { ...options, letters: units.slice(0, length), apart, beginsWord, endsWord };
}

/**
 * Whether what stands from letter `first` on is the word. Letters may be kept apart by signs (카.톡), or by spaces where each stands alone (카 톡 으로) or the word is too
 * long to be two by chance (tele gram): "can we chat" is not WeChat.
 */
export function isWritten({ letters, apart, beginsWord, endsWord }: Keyword, text: NormalText, found: Letters, first: number): boolean {
  const { units, starts, ends } = found;
  const last = first + letters.length - 1;
  let [exact, spaced] = [0, false];
  for (let i = 0; i < letters.length; i++) {
    const unit = units[first + i] ?? 0;
    const [start, end] = [starts[first + i] ?? 0, ends[first + i] ?? 0];
    if (!standsFor(unit, letters[i] ?? 0, text.source.charAt(text.starts[start] ?? 0))) return false;
    if (!isFigureOrSign(unit) || unit === letters[i]) exact++;
    if (end - start > 1 + LONGEST_GAP) return false;
    if (end - start > 1 && SPACE.test(text.slice(start, end))) spaced = true;
    const next = i + 1 < letters.length ? (starts[first + i + 1] ?? 0) : end;
    if (next - end > LONGEST_GAP && (next - end > LONGEST_RUN || !GAP.test(text.slice(end, next)))) return false;
    if (apart[i] === A_SIGN && !SIGN.test(text.slice(end, next))) return false;
    if (apart[i] === NOTHING && next > end && SPACE.test(text.slice(end, next))) spaced = true;
  }
  if (exact * 2 < letters.length) return false;
  if (letters.every(isConsonant) && (isConsonantAt(text, (starts[first] ?? 0) - 1) || isConsonantAt(text, ends[last] ?? 0))) return false;
  if (spaced && letters.length < (isLatin(letters[0]) ? LONG_IN_LATIN : LONG) && !lettersStandAlone(apart, found, first, last)) return false;
  if ((spaced || beginsWord) && isLetterAt(text, found, (starts[first] ?? 0) - 1)) return false;
  return (!spaced && !endsWord) || isEndOfWord(text, found, ends[last] ?? 0, letters.at(-1));
}

function lettersStandAlone(apart: Uint8Array, { starts, ends }: Letters, first: number, last: number): boolean {
  for (let letter = first; letter < last; letter++) {
    if (apart[letter - first] === NOTHING && starts[letter + 1] === ends[letter]) return false;
  }
  return true;
}

/** Of the keyboard, in no syllable: ㅋㅌ is everywhere in ㅋㅋㅋㅌㅌ. */
function isConsonant(unit: number): boolean {
  return unit >= 0x3131 && unit <= 0x314e;
}

function isHangul(unit: number): boolean {
  return (unit >= 0x3131 && unit <= 0x3163) || (unit >= 0xac00 && unit <= 0xd7a3);
}

function isConsonantAt(text: NormalText, place: number): boolean {
  return place >= 0 && place < text.length && isConsonant(text.units[place] ?? 0);
}

function isLetterAt(text: NormalText, { kinds }: Letters, place: number): boolean {
  return place >= 0 && place < text.length && kinds[text.units[place] ?? 0] === LETTER;
}

/** Nothing follows, or in Korean only what is put to a noun (으로, 은, 이에요); in Latin letters, the other script is an end too. */
function isEndOfWord(text: NormalText, found: Letters, place: number, last: number | undefined): boolean {
  if (!isLetterAt(text, found, place)) return true;
  const unit = text.units[place] ?? 0;
  if (isLatin(unit)) return false;
  if (isLatin(last) && isHangul(unit)) return true;
  return isFollowedByParticles(text, place);
}
