import type { Admission } from '../src/index';
import type { Visit } from './crowd';

/**
 * What visitors lived through, against the log: written apart from `verifyAdmissions`, by other means. Nothing here uses the order of the log, its hashes, or an index
 * into it: times of admission, and the clock of those who asked.
 */
export interface Findings {
  /** Windows, beginning at each admission and anywhere for that, with more than the limit that held at its last one. */
  readonly fullWindows: number;
  /** Admissions of a later ticket before an earlier one. */
  readonly ticketInversions: number;
  /** Visitors who were told their place before another one asked for theirs, and were admitted after them. */
  readonly overtaken: number;
  /** Who waited to the end, and was not admitted. */
  readonly lost: number;
  readonly admittedTwice: number;
  /** Told, but not in the log, or otherwise than it is there. */
  readonly toldWithoutLog: number;
}

export const NOTHING_FOUND: Findings = { fullWindows: 0, ticketInversions: 0, overtaken: 0, lost: 0, admittedTwice: 0, toldWithoutLog: 0 };

/** @param patient who waited to the end */
export function findingsOf(log: readonly Admission[], patient: readonly Visit[]): Findings {
  const byTime = log.toSorted((a, b) => a.admittedAt - b.admittedAt || a.seq - b.seq);
  const entries = Map.groupBy(log, ({ visitor }) => visitor);
  const ended = patient.map((visit) => ({ ...visit, entry: entries.get(visitorOf(visit.ticket))?.[0] }));
  return {
    fullWindows: fullWindows(byTime),
    ticketInversions: byTime.filter(({ ticket }, index) => ticket < (byTime[index - 1]?.ticket ?? 0)).length,
    overtaken: overtaken(ended.flatMap(({ askedAt, toldAt, entry }) => (entry ? [{ askedAt, toldAt, seq: entry.seq }] : []))),
    lost: ended.filter(({ entry, admitted }) => !entry || !admitted).length,
    admittedTwice: [...entries.values()].filter(({ length }) => length > 1).length,
    toldWithoutLog: ended.filter(({ entry, admitted }) => admitted && Math.floor((entry?.admittedAt ?? 0) / 1_000) !== admitted.admittedAt).length,
  };
}

/** Two hands over the sorted times: for each admission, how many lie in the closed window that ends with it. */
function fullWindows(byTime: readonly Admission[]): number {
  let first = 0;
  let full = 0;
  for (const [index, { admittedAt, windowUs, limit }] of byTime.entries()) {
    if (windowUs !== byTime[index - 1]?.windowUs) first = 0; // a longer window may reach further back
    while ((byTime[first]?.admittedAt ?? 0) < admittedAt - windowUs) first += 1;
    if (index - first + 1 > limit) full += 1;
  }
  return full;
}

/** The order of real time: who had an answer before the other one asked has to be first. */
function overtaken(visits: readonly { askedAt: number; toldAt: number; seq: number }[]): number {
  const asked = visits.toSorted((a, b) => a.askedAt - b.askedAt);
  const told = visits.toSorted((a, b) => a.toldAt - b.toldAt);
  let highest = 0;
  let next = 0;
  let count = 0;
  for (const { askedAt, seq } of asked) {
    for (; (told[next]?.toldAt ?? Infinity) < askedAt; next += 1) highest = Math.max(highest, told[next]?.seq ?? 0);
    if (seq < highest) count += 1;
  }
  return count;
}

export function visitorOf(ticket: string): string {
  return ticket.split('.')[3] ?? '';
}
