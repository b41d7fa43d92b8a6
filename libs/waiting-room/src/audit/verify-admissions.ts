import { SETTING_BOUNDS } from '../room/room-settings';
import type { Admission } from '../store/room-store';
import { chained, type PublishedAdmission, visitorSha1Of } from './chain';

/** What the log does not hold to, at the admission with that number. */
export interface Fault {
  readonly kind: 'malformed' | 'missing' | 'altered' | 'above the rate' | 'another rate' | 'out of order' | 'twice';
  readonly seq: number;
}

/** The last admission that somebody knows. Whoever keeps it can tell later that the past has stayed as it was. */
export type LogHead = Pick<Admission, 'seq' | 'hash'>;

/** A rate as the log has it: `limit` admissions in any `windowUs` microseconds. */
export type Rate = Pick<Admission, 'limit' | 'windowUs'>;

const BEGINNING: LogHead = { seq: 0, hash: '' };
const [LEAST_LIMIT, MOST_LIMIT] = SETTING_BOUNDS.limit;
const [LEAST_WINDOW_US, MOST_WINDOW_US] = SETTING_BOUNDS.intervalMs.map((ms) => ms * 1_000) as [number, number];

/**
 * Checks a log of admissions page by page, without asking anybody: none is missing or altered, no window of the rate that held, wherever it begins, has
 * more admissions than the limit, tickets and times ascend, nobody is admitted twice. A rate that no room may have, or that was not promised, is a fault too. It remembers what earlier pages have said: rate, order and visitors are judged across their edges.
 */
export class AdmissionsVerifier {
  readonly #visitors = new Set<string>();
  #times: number[] = [];
  #last: (LogHead & { readonly ticket?: number }) | null;

  /**
   * @param head what the first page has to follow: the beginning of the log, if nothing is said. Null: the first admission is taken as it is
   * @param promised the rates that may have held, where they are known from elsewhere: the log says of itself only which
   */
  constructor(
    head: LogHead | null = BEGINNING,
    private readonly promised?: readonly Rate[],
  ) {
    this.#last = head;
  }

  /** The next page, as the store or the published log has it. */
  verify(page: readonly (Admission | PublishedAdmission)[]): Fault[] {
    const faults: Fault[] = [];
    for (const admission of page) {
      const { seq, ticket, admittedAt, limit, windowUs, hash } = admission;
      const last = this.#last;
      if (!isWellFormed(admission)) {
        faults.push({ kind: 'malformed', seq });
        continue; // what follows it lacks one before
      }
      if (last && seq !== last.seq + 1) faults.push({ kind: 'missing', seq });
      if (last && chained(last.hash, admission) !== hash) faults.push({ kind: 'altered', seq });
      if (ticket <= (last?.ticket ?? 0) || admittedAt < (this.#times.at(-1) ?? 0)) faults.push({ kind: 'out of order', seq });
      // With this one, and so many before it, the limit is exceeded unless they are more than a window apart.
      const earlier = this.#times.at(-limit);
      if (earlier !== undefined && admittedAt - earlier <= windowUs) faults.push({ kind: 'above the rate', seq });
      if (this.promised?.every((rate) => rate.limit !== limit || rate.windowUs !== windowUs)) faults.push({ kind: 'another rate', seq });
      const visitor = visitorSha1Of(admission);
      if (this.#visitors.has(visitor)) faults.push({ kind: 'twice', seq });
      this.#visitors.add(visitor);
      this.#times.push(admittedAt);
      this.#last = admission;
    }
    this.#times = this.#times.slice(-MOST_LIMIT);
    return faults;
  }
}

/** {@link AdmissionsVerifier}, for a log that is one page. */
export function verifyAdmissions(admissions: readonly (Admission | PublishedAdmission)[], head: LogHead | null = BEGINNING, promised?: readonly Rate[]): Fault[] {
  return new AdmissionsVerifier(head, promised).verify(admissions);
}

/** A log that comes over a network may hold anything: numbers as text compare otherwise, and no number compares at all. */
function isWellFormed({ seq, ticket, admittedAt, limit, windowUs }: Admission | PublishedAdmission): boolean {
  const isNumbered = [seq, ticket, admittedAt, limit, windowUs].every((value) => Number.isSafeInteger(value) && value > 0);
  return isNumbered && limit >= LEAST_LIMIT && limit <= MOST_LIMIT && windowUs >= LEAST_WINDOW_US && windowUs <= MOST_WINDOW_US;
}
