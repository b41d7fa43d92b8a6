import { chained } from '../audit/chain';
import { type Admission, ForkedHistoryError } from './room-store';

/**
 * What of `admissions` is new after the store's last one.
 * @param known hash of the admission with that number, as the store has it
 * @throws ForkedHistoryError
 */
export async function newAmong(room: string, admissions: readonly Admission[], last: { readonly seq: number; readonly hash: string }, known: (seq: number) => Promise<string | undefined>): Promise<Admission[]> {
  const fresh = admissions.filter(({ seq }) => seq > last.seq);
  const [first] = fresh;
  if (first) {
    if (first.seq !== last.seq + 1 || first.hash !== chained(last.hash, first)) throw new ForkedHistoryError(room, first.seq);
    return fresh;
  }
  const end = admissions.at(-1);
  if (end && (await known(end.seq)) !== end.hash) throw new ForkedHistoryError(room, end.seq);
  return [];
}
