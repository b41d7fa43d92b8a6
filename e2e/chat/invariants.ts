import { countBy, type Violation, violations } from '../crash/invariants/violation.ts';
import type { ChatHistory, Seen, Stored } from './history.ts';
import { inTurn } from './in-turn.ts';
import { oneLife } from './one-life.ts';
import { CHANGE_OF, saidOnce } from './said-once.ts';
import { tell } from './tell.ts';

const INVARIANTS: Readonly<Record<string, (history: ChatHistory) => Iterable<string>>> = {
  'one-order': oneOrder,
  'whole-numbers': wholeNumbers,
  'acknowledged-is-there': acknowledgedIsThere,
  'in-turn': inTurn,
  'said-once': saidOnce,
  'one-life': oneLife,
  'one-answer-a-hit': oneAnswerAHit,
};

/** Every promise of the chat that was broken; none if all were kept. For a history at rest: what is still on its way is missing. */
export function check(history: ChatHistory): Violation[] {
  return Object.entries(INVARIANTS).flatMap(([name, invariant]) => violations(name, invariant(history)));
}

/** Each client was shown what is stored, from where it began to the end, in that order, each once. */
function* oneOrder({ views, stored }: ChatHistory): Generator<string> {
  const rooms = Map.groupBy(stored, ({ roomId }) => roomId);
  for (const { client, roomId, afterSeq, seen } of views) {
    const expected = (rooms.get(roomId) ?? []).filter(({ seq }) => seq > afterSeq);
    const at = Array.from({ length: Math.max(expected.length, seen.length) }, (_, index) => index).find((index) => !isSame(seen[index], expected[index]));
    if (at === undefined) continue;
    yield `${client} was shown ${tell(seen[at])} of room ${roomId} where ${tell(expected[at])} is next, after ${at} of ${expected.length}`;
  }
}

function isSame(seen: Seen | undefined, stored: Stored | undefined): boolean {
  if (!seen || !stored) return false;
  // A text may have been shown before it was deleted.
  const isSameText = seen.text === stored.text || (stored.text === '' && stored.change !== 'deleted');
  return isSameText && seen.seq === stored.seq && seen.id === stored.id && seen.change === stored.change && seen.kind === stored.kind && (seen.senderId ?? null) === stored.senderId;
}

function* wholeNumbers({ stored }: ChatHistory): Generator<string> {
  for (const [roomId, changes] of Map.groupBy(stored, (change) => change.roomId)) {
    const wrong = changes.findIndex(({ seq }, index) => seq !== index + 1);
    if (wrong >= 0) yield `room ${roomId} has ${changes[wrong]?.seq} where ${wrong + 1} is next`;
  }
}

/** What was acknowledged has the number and the id that were told. */
function* acknowledgedIsThere({ said, stored }: ChatHistory): Generator<string> {
  const changes = new Map(stored.map((change) => [`${change.roomId}/${change.seq}`, change]));
  const deleted = deletedIds(stored);
  for (const { call, roomId, memberId, text, outcome, messageId, seq } of said) {
    if (outcome !== 'ok') continue;
    const change = changes.get(`${roomId}/${seq}`);
    const kept = change && change.id === messageId && change.senderId === memberId && change.change === CHANGE_OF[call] && (deleted.has(change.id) || change.text === text);
    if (!kept) yield `${call} "${text}" was acknowledged as ${seq} of room ${roomId}, where ${tell(change)} is`;
  }
}

function deletedIds(stored: readonly Stored[]): Set<string> {
  return new Set(stored.filter(({ change }) => change === 'deleted').map(({ id }) => id));
}

/** Each message that is a hit, as posted or as edited, has one answer in its room, with the id and the text that are its own; no other message has one, and no answer has. */
function* oneAnswerAHit({ said, stored, isHit, answerId, answerText }: ChatHistory): Generator<string> {
  // Of a deleted message the words are gone from the database, but whoever said them knows.
  const words = new Map(said.map(({ clientMessageId, text }) => [clientMessageId, text]));
  const hits = new Map<string, Stored>();
  for (const change of stored) {
    const { id, kind, text, clientMessageId } = change;
    if (kind === 'user' && !hits.has(id) && isHit(text || (words.get(clientMessageId ?? undefined) ?? ''))) hits.set(id, change);
  }
  const answers = stored.filter(({ kind }) => kind === 'system');
  const counts = countBy(answers, ({ triggerMessageId }) => triggerMessageId ?? 'none');
  for (const id of hits.keys()) if (counts.get(id) !== 1) yield `the hit ${id} has ${counts.get(id) ?? 0} answers`;
  for (const { id, roomId, seq, text, triggerMessageId } of answers) {
    const hit = hits.get(triggerMessageId ?? '');
    if (!hit) yield `the answer ${id} is one to ${triggerMessageId}, which is no hit`;
    else if (id !== answerId(hit.id)) yield `the answer to ${hit.id} has the id ${id}, not its own`;
    else if (text !== answerText) yield `the answer to ${hit.id} is "${text}", not "${answerText}"`;
    else if (roomId !== hit.roomId) yield `the answer to ${hit.id} of room ${hit.roomId} is in room ${roomId}`;
    else if (seq < hit.seq) yield `the answer to ${hit.id} has the number ${seq}, and was a hit only with ${hit.seq}`;
  }
}
