import type { SpanItem } from '../../../feed/feed';

/** What the console itself asks, again and again, to know how things stand: nobody in the platform does. */
const LOOKS = /^GET (\/lab\/|\/waiting-rooms\/:room$|\/dead-letters$|\/health\/|\/metrics|\/readers$)/;

export function isOwnLook({ spanKind, name }: Pick<SpanItem, 'spanKind' | 'name'>): boolean {
  return spanKind === 'server' && LOOKS.test(name);
}
