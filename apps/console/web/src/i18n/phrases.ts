import type { en } from './en';

export type Phrase = keyof typeof en;
/** What both languages have to say. */
export type Dictionary = Readonly<Record<Phrase, string>>;
