import type { Admission } from '../store/room-store';
import { chained, type PublishedAdmission, visitorSha1Of } from './chain';

/** What the log does not hold to, at the admission with that number. */
export interface Fault {
  readonly kind: 'missing' | 'altered' | 'above the rate' | 'out of order' | 'twice';
  readonly seq: number;
}

/** The last admission that somebody knows. Whoever keeps it can tell later that the past has stayed as it was. */
export type LogHead = Pick<Admission, 'seq' | 'hash'>;

const BEGINNING: LogHead = { seq: 0, hash: '' };
/** The largest limit: so many times are looked back at. */
const LOOKED_BACK = 10_000;

/**
 * Checks a log of admissions page by page, without asking anybody: none is missing or altered, no window of the rate that held, wherever it begins, has
 * more admissions than the limit, tickets and times ascend, nobody is admitted twice. It remembers what earlier pages have said: rate, order and visitors are judged across their edges.
 */
export class AdmissionsVerifier {
  readonly #visitors = new Set<string>();
  #times: number[] = [];
  #last: (LogHead & { readonly ticket?: number }) | null;

  /** @param head what the first page has to follow: the beginning of the log, if nothing is said. Null: the first admission is taken as it is */
  constructor(head: LogHead | null = BEGINNING) {
    this.#last = head;
  }

  /** The next page, as the store or the published log has it. */
  verify(page: readonly (Admission | PublishedAdmission)[]): Fault[] {
    const faults: Fault[] = [];
    for (const admission of page) {
      const { seq, ticket, admittedAt, limit, windowUs, hash } = admission;
      const last = this.#last;
      if (last && seq !== last.seq + 1) faults.push({ kind: 'missing', seq });
      if (last && chained(last.hash, admission) !== hash) faults.push({ kind: 'altered', seq });
      if (ticket <= (last?.ticket ?? 0) || admittedAt < (this.#times.at(-1) ?? 0)) faults.push({ kind: 'out of order', seq });
      // With this one, and so many before it, the limit is exceeded unless they are more than a window apart.
      const earlier = this.#times.at(-limit);
      if (earlier !== undefined && admittedAt - earlier <= windowUs) faults.push({ kind: 'above the rate', seq });
      const visitor = visitorSha1Of(admission);
      if (this.#visitors.has(visitor)) faults.push({ kind: 'twice', seq });
      this.#visitors.add(visitor);
      this.#times.push(admittedAt);
      this.#last = admission;
    }
    this.#times = this.#times.slice(-LOOKED_BACK);
    return faults;
  }
}

/** {@link AdmissionsVerifier}, for a log that is one page. */
export function verifyAdmissions(admissions: readonly (Admission | PublishedAdmission)[], head: LogHead | null = BEGINNING): Fault[] {
  return new AdmissionsVerifier(head).verify(admissions);
}
