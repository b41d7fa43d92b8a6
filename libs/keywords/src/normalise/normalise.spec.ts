import fc from 'fast-check';
import { normalise } from './normalise';

const RUNS = { numRuns: 10_000 };
/** What evasions are made of, among what people write, among anything at all. */
const PIECES = ['카톡', 'ㅋㅌ', 'ㅋㅏ', 'ㅋr', 'r', '가', 'ㄱ', 'ㅏ', '\u1100', '\u1161', '\u11a8', '\u200b', '\u0336', '\ufe0f', '\u20e3', 'Ka', 'ﬁ', '１', '①', '𝓴', '😀', '👨‍👩‍👧', '\ud83d', '\ude00', '\u3099', 'か', 'é', 'İ', 'Σ', 'ß', '\uffa1', '\uffc2', '٣', 'क', 'ी', '\ufdfa', ' ', '.', '\0', '\u05b0', '\u1d16d', '㉠', '㈀'];
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme', maxLength: 2 })), { maxLength: 20 }).map((pieces) => pieces.join('')),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
);

it.each([
  ['Ｋａｋａｏ　ＴＡＬＫ', 'kakao talk'],
  ['카\u200b톡', '카톡'],
  ['카톡'.normalize('NFD'), '카톡'],
  ['ㅋㅏㅌㅗㄱ', '카톡'],
  ['ㅋr톡', '카톡'],
  ['ｶﾞ', 'ガ'],
  ['ﾡￂ', '가'],
  ['오ㅋㅋ', '오ㅋㅋ'],
  ['오ㅋㅋ'.normalize('NFD'), '오ㅋㅋ'],
  ['k̶a̶k̶a̶ö', 'kakao'],
  ['0️⃣①２³٤❺⓿', '0123450'],
  ['𝓽𝓮𝓵𝓮🅶🇷', 'telegr'],
  ['हिन्दी', 'हिन्दी'],
  ['\ud83d', '\ufffd'],
])('%j is compared as %j', (source, text) => {
  expect(normalise(source).text).toBe(text);
});

it('is the same when it is done again', () => {
  fc.assert(fc.property(anyText, (source) => {
    const { text } = normalise(source);
    return normalise(text).text === text;
  }), RUNS);
});

it('has offsets that rise and lie between whole characters', () => {
  fc.assert(fc.property(anyText, (source) => {
    const { text, starts, ends } = normalise(source);
    if (starts.length !== text.length || ends.length !== text.length) return false;
    const between = new Set([0]);
    for (const character of source) between.add(Math.max(...between) + character.length);
    return starts.every((start, i) => {
      const end = ends[i] ?? NaN;
      return start < end && end <= source.length && start >= (starts[i - 1] ?? 0) && end >= (ends[i - 1] ?? 0) && between.has(start) && between.has(end);
    });
  }), RUNS);
});

it('has offsets that map back: what a unit comes from is compared as that unit', () => {
  fc.assert(fc.property(anyText, (source) => {
    const { text, starts, ends } = normalise(source);
    return Array.from(text, (_, i) => i).every((i) => {
      const unit = text[i] ?? '';
      return normalise(source.slice(starts[i], ends[i])).text.includes(unit);
    });
  }), RUNS);
});

it('is the same for all forms of a text that Unicode calls equal', () => {
  fc.assert(fc.property(anyText, (source) => {
    const { text } = normalise(source);
    return normalise(source.normalize('NFC')).text === text && normalise(source.normalize('NFD')).text === text;
  }), RUNS);
});
