import type { Admission } from '../store/room-store';
import { chained } from './chain';

/** What the log does not hold to, at the admission with that number. */
export interface Fault {
  readonly kind: 'missing' | 'altered' | 'above the rate' | 'out of order' | 'twice';
  readonly seq: number;
}

/**
 * Checks a log of admissions, or a part of it, without asking anybody: none is missing or altered, no window of the rate that held, wherever it begins, has
 * more admissions than the limit, tickets ascend, nobody is admitted twice. Whoever keeps the last hash can tell later that the past has stayed as it was.
 *
 * @param before hash of the admission before the first one; empty for the beginning. Null: the first one is taken as it is
 */
export function verifyAdmissions(admissions: readonly Admission[], before: string | null = ''): Fault[] {
  const faults: Fault[] = [];
  const visitors = new Set<string>();
  for (const [index, admission] of admissions.entries()) {
    const { seq, ticket, admittedAt, limit, windowUs, visitor, hash } = admission;
    const previous = admissions[index - 1];
    if (previous && seq !== previous.seq + 1) faults.push({ kind: 'missing', seq });
    const chain = previous ? previous.hash : before;
    if (chain !== null && chained(chain, admission) !== hash) faults.push({ kind: 'altered', seq });
    if (previous && previous.ticket >= ticket) faults.push({ kind: 'out of order', seq });
    // With this one, and so many before it, the limit is exceeded unless they are more than a window apart.
    const earlier = admissions[index - limit];
    if (earlier && admittedAt - earlier.admittedAt <= windowUs) faults.push({ kind: 'above the rate', seq });
    if (visitors.has(visitor)) faults.push({ kind: 'twice', seq });
    visitors.add(visitor);
  }
  return faults;
}
