import type { Language } from '../i18n/say';

/** `14:03:07.214` */
export function clock(at: number): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Three digits are enough for a duration: `0.42 ms`, `17 ms`, `3.2 s`. */
export function span(ms: number): string {
  const size = Math.abs(ms);
  if (size < 0.005) return '0 ms';
  if (size < 10) return `${Number(ms.toFixed(size < 1 ? 2 : 1))} ms`;
  if (size < 1_000) return `${Math.round(ms)} ms`;
  return size < 60_000 ? `${Number((ms / 1_000).toFixed(1))} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

export function bytes(size: number): string {
  if (size < 1_024) return `${size} B`;
  const steps = ['KiB', 'MiB', 'GiB'];
  let value = size;
  let unit = '';
  for (const step of steps) {
    if (value < 1_024) break;
    value /= 1_024;
    unit = step;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export function count(value: number, language: Language): string {
  return new Intl.NumberFormat(language).format(value);
}

/** An id is told apart by its end: its beginning is the time. */
export function short(id: string, letters = 8): string {
  return id.length <= letters + 1 ? id : `…${id.slice(-letters)}`;
}

/** Indented where it is JSON, as it is where it is not. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
