import type { Admission } from '../store/room-store';
import { chained, published } from './chain';
import { AdmissionsVerifier, verifyAdmissions } from './verify-admissions';

const WINDOW_US = 1_000;

/** A log, its hashes made anew: who alters it and can compute is still found by what it says. */
function logOf(entries: readonly Partial<Admission>[]): Admission[] {
  let hash = '';
  return entries.map((entry, index) => {
    const admission = { seq: index + 1, visitor: `v${index + 1}`, ticket: 10 * (index + 1), admittedAt: 600 * (index + 1), limit: 2, windowUs: WINDOW_US, ...entry };
    hash = chained(hash, admission);
    return { ...admission, hash };
  });
}

const good = logOf([{}, {}, {}, {}, {}]);

it('finds nothing in a log that holds to everything, nor in any part of it', () => {
  expect(verifyAdmissions([])).toEqual([]);
  expect(verifyAdmissions(good)).toEqual([]);
  expect(verifyAdmissions(good.slice(2), good[1])).toEqual([]);
  expect(verifyAdmissions(good.slice(2), null)).toEqual([]);
});

it('finds a part that does not follow the hash that was kept', () => {
  expect(verifyAdmissions(good.slice(2), { seq: 2, hash: 'another' })).toEqual([{ kind: 'altered', seq: 3 }]);
  expect(verifyAdmissions(good.slice(2))).toEqual([{ kind: 'missing', seq: 3 }, { kind: 'altered', seq: 3 }]);
});

it('finds a log that does not begin at the beginning, although its hashes do, and one that begins again', () => {
  expect(verifyAdmissions(logOf([{ seq: 3 }, { seq: 4 }]))).toEqual([{ kind: 'missing', seq: 3 }]);
  const kept = { seq: 500, hash: 'kept' };
  const again = { ...(good[0] as Admission), seq: 1 };
  expect(verifyAdmissions([{ ...again, hash: chained(kept.hash, again) }], kept)).toEqual([{ kind: 'missing', seq: 1 }]);
});

it('judges across the edges of pages, however short', () => {
  const log = logOf([{}, {}, { admittedAt: 1_300 }, { ticket: 30 }, { visitor: 'v1' }, { admittedAt: 2_900 }]);
  const faults = verifyAdmissions(log);
  expect(faults.map(({ kind }) => kind)).toEqual(['above the rate', 'out of order', 'twice', 'out of order', 'above the rate']);
  for (const size of [1, 2, 5]) {
    const verifier = new AdmissionsVerifier();
    expect(log.flatMap((_, at) => (at % size === 0 ? verifier.verify(log.slice(at, at + size)) : []))).toEqual(faults);
  }
});

it('verifies a published log as well, which names no visitor', () => {
  const log = good.map(published);
  expect(JSON.stringify(log)).not.toContain('v1"');
  expect(verifyAdmissions(log)).toEqual([]);
  expect(verifyAdmissions(log.with(2, { ...published(good[2] as Admission), visitorSha1: published(good[1] as Admission).visitorSha1 }))).toContainEqual({ kind: 'altered', seq: 3 });
});

it('finds one that is missing', () => {
  expect(verifyAdmissions(good.toSpliced(2, 1))).toEqual(expect.arrayContaining([{ kind: 'missing', seq: 4 }, { kind: 'altered', seq: 4 }]));
});

it.each(['seq', 'visitor', 'ticket', 'admittedAt', 'limit', 'windowUs'] as const)('finds %s altered in the middle', (name) => {
  const bent = good.map((admission, index) => (index === 2 ? { ...admission, [name]: name === 'visitor' ? 'mallory' : admission[name] + 1 } : admission));
  expect(verifyAdmissions(bent)).toContainEqual({ kind: 'altered', seq: name === 'seq' ? 4 : 3 });
});

it('finds a past that was written anew, by the hash that was kept of it', () => {
  const anew = logOf([{}, { ticket: 21 }, {}, {}, {}]);
  expect(verifyAdmissions(anew)).toEqual([]);
  expect(anew.at(-1)?.hash).not.toBe(good.at(-1)?.hash);
});

it.each([
  [0, ['above the rate']],
  [WINDOW_US, ['above the rate']], // a closed window: its both ends are in it
  [WINDOW_US + 1, []],
])('counts the limit and one more within %i us as above the rate: %p', (apart, kinds) => {
  const times = [5_000, 5_000 + Math.floor(apart / 2), 5_000 + apart];
  const log = logOf(times.map((admittedAt) => ({ admittedAt })));
  expect(verifyAdmissions(log)).toEqual(kinds.map((kind) => ({ kind, seq: 3 })));
});

it.each([{ windowUs: null }, { windowUs: -1 }, { windowUs: 1 }, { windowUs: 86_400_000_001 }, { limit: 0 }, { limit: -5 }, { limit: 1_000_000 }, { limit: 1.5 }, { ticket: '30' }, { admittedAt: null }, { seq: '1' }])('takes no admission with %j', (bent) => {
  const log: readonly Admission[] = JSON.parse(JSON.stringify(logOf([bent as Partial<Admission>, {}])));
  expect(verifyAdmissions(log)).toEqual(expect.arrayContaining([{ kind: 'malformed', seq: log[0]?.seq }, { kind: 'missing', seq: 2 }]));
});

it('finds a rate that was not promised, where the promise is given', () => {
  const raised = logOf([{}, {}, { limit: 3 }]);
  const rate = { limit: 2, windowUs: WINDOW_US };
  expect(verifyAdmissions(raised, undefined, [rate])).toEqual([{ kind: 'another rate', seq: 3 }]);
  expect(verifyAdmissions(raised, undefined, [rate, { ...rate, limit: 3 }])).toEqual([]);
});

it('looks as far back as the largest limit, also across pages', () => {
  const log = logOf(Array.from({ length: 10_001 }, () => ({ limit: 10_000, admittedAt: 5 })));
  const verifier = new AdmissionsVerifier();
  expect(verifier.verify(log.slice(0, 10_000))).toEqual([]);
  expect(verifier.verify(log.slice(10_000))).toEqual([{ kind: 'above the rate', seq: 10_001 }]);
});

it('finds who comes twice, however many pages lie between', () => {
  const verifier = new AdmissionsVerifier();
  const log = logOf([{ visitor: 'same' }, {}, {}, { visitor: 'same' }]);
  expect(log.flatMap((admission) => verifier.verify([admission]))).toEqual([{ kind: 'twice', seq: 4 }]);
});

it('judges by the rate that held at each', () => {
  const raised = logOf([{}, { admittedAt: 1_201 }, { admittedAt: 1_202, limit: 3 }, { admittedAt: 1_203, limit: 3 }]);
  expect(verifyAdmissions(raised)).toEqual([{ kind: 'above the rate', seq: 4 }]);
  expect(verifyAdmissions(raised.slice(0, 3))).toEqual([]);
});

it('finds who was admitted before an earlier one, and who twice', () => {
  expect(verifyAdmissions(logOf([{}, { ticket: 35 }, { ticket: 30 }, {}]))).toEqual([{ kind: 'out of order', seq: 3 }]);
  expect(verifyAdmissions(logOf([{}, { ticket: 10 }]))).toEqual([{ kind: 'out of order', seq: 2 }]);
  expect(verifyAdmissions(logOf([{ visitor: 'same' }, {}, { visitor: 'same' }]))).toEqual([{ kind: 'twice', seq: 3 }]);
});
