import { createHash } from 'node:crypto';
import type { Admission } from '../store/room-store';

/** An admission as a published log may show it: visitors find themselves, others do not find them. */
export type PublishedAdmission = Omit<Admission, 'visitor'> & { readonly visitorSha1: string };

/** For a log that strangers read. */
export function published({ visitor, ...rest }: Admission): PublishedAdmission {
  return { ...rest, visitorSha1: sha1(visitor) };
}

type Entry = Omit<Admission, 'hash' | 'visitor'> & ({ readonly visitor: string } | { readonly visitorSha1: string });

/** As the script in Redis makes it, which has no other hash than SHA-1. Enough here: to change what is past takes a second preimage, not a collision. */
export function chained(before: string, entry: Entry): string {
  const { seq, ticket, admittedAt, limit, windowUs } = entry;
  return sha1([before, seq, visitorSha1Of(entry), ticket, admittedAt, limit, windowUs].join('|'));
}

/** The same in both kinds of log. */
export function visitorSha1Of(entry: Entry): string {
  return 'visitor' in entry ? sha1(entry.visitor) : entry.visitorSha1;
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
