import type { ChatHistory, Stored } from './history.ts';
import { tell } from './tell.ts';

/** A message is posted, then edited, then deleted: all in one room and by one sender, nothing after its deletion, and no words are left of it then. */
export function* oneLife({ stored }: ChatHistory): Generator<string> {
  for (const [id, changes] of Map.groupBy(stored, (change) => change.id)) {
    const [first, ...later] = changes;
    if (!first) continue;
    if (first.change !== 'posted') yield `message ${id} begins with ${tell(first)}`;
    for (const change of later) {
      if (change.change === 'posted') yield `message ${id} is posted again: ${tell(change)}`;
      if (change.roomId !== first.roomId || change.kind !== first.kind || change.senderId !== first.senderId) yield `${tell(change)} is of ${change.senderId} in room ${change.roomId}, but the message of ${first.senderId} in room ${first.roomId}`;
      if (change.kind === 'system') yield `a system message was changed: ${tell(change)}`;
    }
    yield* afterDeletion(changes);
  }
}

function* afterDeletion(changes: readonly Stored[]): Generator<string> {
  const deletion = changes.find(({ change }) => change === 'deleted');
  for (const change of changes) {
    if (deletion && change.seq > deletion.seq) yield `${tell(change)} comes after ${tell(deletion)}`;
    if (deletion ? change.text !== '' : change.text === '') yield `${tell(change)} has ${deletion ? 'words, and is deleted' : 'no words, and is not deleted'}`;
  }
}
