import type { Text } from '@madang/lab';
import { en } from './en';
import { ko } from './ko';
import type { Dictionary, Phrase } from './phrases';

export type Language = 'en' | 'ko';

export const DICTIONARIES: Readonly<Record<Language, Dictionary>> = { en, ko };

/** A phrase of the dictionary with its `{gaps}` filled, or a text that comes in both languages. */
export type Say = (phrase: Phrase | Text, gaps?: Readonly<Record<string, string | number>>) => string;

export function sayIn(language: Language): Say {
  return (phrase, gaps = {}) => {
    const text = typeof phrase === 'string' ? DICTIONARIES[language][phrase] : phrase[language];
    return text.replaceAll(/\{(\w+)\}/g, (gap, name: string) => String(gaps[name] ?? gap));
  };
}
