import type { ChatHistory, Said, Stored } from './history.ts';

/** What is said after something was acknowledged has a later number in that room, whoever said either. */
export function* inTurn({ said, stored }: ChatHistory): Generator<string> {
  const posts = new Map(stored.filter(({ change }) => change === 'posted').map((change) => [change.clientMessageId, change]));
  for (const [roomId, calls] of Map.groupBy(said, (each) => each.roomId)) {
    const acknowledged = calls.filter(({ outcome }) => outcome === 'ok').toSorted((a, b) => a.toldAt - b.toldAt);
    let told = 0;
    let [last, by] = [0, ''];
    for (const call of calls.toSorted((a, b) => a.saidAt - b.saidAt)) {
      for (let next = acknowledged[told]; next && next.toldAt < call.saidAt; next = acknowledged[++told]) {
        if ((next.seq ?? 0) > last) [last, by] = [next.seq ?? 0, next.text];
      }
      const seq = seqOf(call, posts);
      if (seq !== undefined && seq <= last) yield `"${call.text}" has the number ${seq} in room ${roomId}, and was said after "${by}" was acknowledged as ${last}`;
    }
  }
}

/** Of a message that nobody acknowledged, too. */
function seqOf({ seq, clientMessageId }: Said, posts: ReadonlyMap<string | null, Stored>): number | undefined {
  return seq ?? (clientMessageId === undefined ? undefined : posts.get(clientMessageId)?.seq);
}
