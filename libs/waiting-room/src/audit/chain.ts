import { createHash } from 'node:crypto';
import type { Admission } from '../store/room-store';

/** As the script in Redis makes it, which has no other hash than SHA-1. Enough here: to change what is past takes a second preimage, not a collision. */
export function chained(before: string, { seq, ticket, admittedAt, limit, windowUs }: Omit<Admission, 'hash' | 'visitor'>): string {
  return createHash('sha1').update([before, seq, ticket, admittedAt, limit, windowUs].join('|')).digest('hex');
}
