import type { Phrase } from './phrases';
import { DICTIONARIES, sayIn } from './say';

const gapsOf = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
const phrases = Object.keys(DICTIONARIES.en) as Phrase[];

it('has every phrase in both languages, with the same gaps', () => {
  expect(Object.keys(DICTIONARIES.ko).toSorted()).toEqual(phrases.toSorted());
  for (const phrase of phrases) expect([phrase, gapsOf(DICTIONARIES.ko[phrase])]).toEqual([phrase, gapsOf(DICTIONARIES.en[phrase])]);
});

it('leaves none empty, and has Korean letters in most of the Korean ones', () => {
  const spoken = phrases.filter((phrase) => /\p{Script=Hangul}/u.test(DICTIONARIES.ko[phrase]));
  expect(phrases.filter((phrase) => DICTIONARIES.en[phrase].trim() === '' || DICTIONARIES.ko[phrase].trim() === '')).toEqual([]);
  expect(spoken.length / phrases.length).toBeGreaterThan(0.9);
});

it('fills gaps, and takes texts that come from elsewhere', () => {
  expect(sayIn('en')({ en: 'hi {name}', ko: '안녕 {name}' }, { name: 'mina' })).toBe('hi mina');
  expect(sayIn('ko')({ en: 'hi {name}', ko: '안녕 {name}' }, { name: 'mina' })).toBe('안녕 mina');
});
