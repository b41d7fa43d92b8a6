import type { Language } from './say';

const KEY = 'madang.language';

/** What was chosen; else what the browser speaks. */
export function keptLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === 'en' || kept === 'ko') return kept;
  return navigator.language.startsWith('ko') ? 'ko' : 'en';
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
}
