import { chained } from '../audit/chain';
import { newAmong } from './continues';
import { type Admission, ForkedHistoryError } from './room-store';

function follow(before: string, from: number, count: number, salt = 0): Admission[] {
  let hash = before;
  return Array.from({ length: count }, (_, index) => {
    const admission = { seq: from + index, visitor: `v${from + index}`, ticket: 10 * (from + index) + salt, admittedAt: from + index, limit: 1, windowUs: 1 };
    hash = chained(hash, admission);
    return { ...admission, hash };
  });
}

const log = follow('', 1, 5);
const other = follow('', 1, 5, 1);

/** With so many of the log in the store. */
const among = (admissions: readonly Admission[], stored: number): Promise<Admission[]> =>
  newAmong('room', admissions, { seq: stored, hash: log[stored - 1]?.hash ?? '' }, async (seq) => (seq <= stored ? log[seq - 1]?.hash : undefined));

it.each([
  ['all of them, in an empty store', log, 0, log],
  ['what follows', log, 3, log.slice(3)],
  ['what follows, where nothing overlaps', log.slice(3), 3, log.slice(3)],
  ['nothing, where it has them all', log, 5, []],
  ['nothing, where it has more', log.slice(0, 2), 5, []],
  ['nothing of nothing', [], 5, []],
])('is %s', async (_what, admissions, stored, fresh) => {
  expect(await among(admissions, stored)).toEqual(fresh);
});

it.each([
  ['one is missing between', log.slice(3), 2],
  ['one is missing between, and the hashes hide it', follow(log[2]?.hash ?? '', 5, 1), 3],
  ['the first is missing', log.slice(1), 0],
  ['it goes on from another one', other, 3],
  ['it has another one by the same number, and none that is new', other.slice(0, 3), 3],
  ['an earlier one is another', other.slice(0, 2), 5],
])('is another history where %s', async (_what, admissions, stored) => {
  await expect(among(admissions, stored)).rejects.toThrow(ForkedHistoryError);
});
