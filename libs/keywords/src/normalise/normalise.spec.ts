import fc from 'fast-check';
import { anyText } from '../../test/any-text';
import { failureOf } from '../../test/failure-of';
import { normalise } from './normalise';

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
  expect(failureOf(fc.property(anyText, (source) => {
    const { text } = normalise(source);
    return normalise(text).text === text;
  }))).toBeUndefined();
});

it('has offsets that rise and lie between whole characters', () => {
  expect(failureOf(fc.property(anyText, (source) => {
    const { text, starts, ends } = normalise(source);
    if (starts.length !== text.length || ends.length !== text.length) return false;
    const between = new Set([0]);
    for (const character of source) between.add(Math.max(...between) + character.length);
    return starts.every((start, i) => {
      const end = ends[i] ?? NaN;
      return start < end && end <= source.length && start >= (starts[i - 1] ?? 0) && end >= (ends[i - 1] ?? 0) && between.has(start) && between.has(end);
    });
  }))).toBeUndefined();
});

it('has offsets that map back: what a unit comes from is compared as that unit', () => {
  expect(failureOf(fc.property(anyText, (source) => {
    const { text, starts, ends } = normalise(source);
    return Array.from(text, (_, i) => i).every((i) => {
      const unit = text[i] ?? '';
      return normalise(source.slice(starts[i], ends[i])).text.includes(unit);
    });
  }))).toBeUndefined();
});

it('is the same for all forms of a text that Unicode calls equal', () => {
  expect(failureOf(fc.property(anyText, (source) => {
    const { text } = normalise(source);
    return normalise(source.normalize('NFC')).text === text && normalise(source.normalize('NFD')).text === text;
  }))).toBeUndefined();
});
