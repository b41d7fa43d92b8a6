import type { ChatHistory, Said, Stored } from './history.ts';
import { tell } from './tell.ts';

export const CHANGE_OF = { send: 'posted', edit: 'edited', delete: 'deleted' } as const;

/** Each change of a member is what its sender once said and was not refused, and none of it is there twice. */
export function* saidOnce({ said, stored }: ChatHistory): Generator<string> {
  const calls = Map.groupBy(said, (each) => keyOf(CHANGE_OF[each.call], each.roomId, each.call === 'send' ? each.clientMessageId : each.messageId));
  const changes = stored.filter(({ kind }) => kind === 'user');
  for (const [key, rows] of Map.groupBy(changes, ({ change, roomId, id, clientMessageId }) => keyOf(change, roomId, change === 'posted' ? clientMessageId : id))) {
    yield* unaccounted(rows, calls.get(key) ?? []);
  }
}

function keyOf(change: Stored['change'], roomId: string, id: string | null | undefined): string {
  return `${change} ${roomId} ${id ?? 'none'}`;
}

/** Every row takes a call of its own: first those that were told its number, for a row whose words are gone fits any. */
function* unaccounted(rows: readonly Stored[], calls: readonly Said[]): Generator<string> {
  const open = new Set(calls);
  const take = (row: Stored, fits: (call: Said) => boolean): boolean => {
    const call = [...open].find((each) => each.memberId === row.senderId && (row.text === '' || row.text === each.text) && fits(each));
    return call !== undefined && open.delete(call);
  };
  const untold = rows.filter((row) => !take(row, ({ seq }) => seq === row.seq));
  for (const row of untold) {
    if (take(row, ({ outcome }) => outcome === 'unknown')) continue;
    const refused = calls.some(({ outcome, memberId, text }) => outcome === 'no' && memberId === row.senderId && (row.text === '' || row.text === text));
    yield `${tell(row)} of room ${row.roomId} is there, and ${refused ? 'was refused' : `${row.senderId} did not say it, or said it once`}`;
  }
}
