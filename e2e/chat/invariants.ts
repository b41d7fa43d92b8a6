import { countBy, type Violation, violations } from '../crash/invariants/violation.ts';
import type { ChatHistory, Seen, Stored } from './history.ts';

const INVARIANTS: Readonly<Record<string, (history: ChatHistory) => Iterable<string>>> = {
  'one-order': oneOrder,
  'whole-numbers': wholeNumbers,
  'acknowledged-is-there': acknowledgedIsThere,
  'said-once': saidOnce,
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

function isSame(seen: Seen | undefined, stored: Seen | undefined): boolean {
  if (!seen || !stored) return false;
  // A text may have been shown before it was deleted.
  return seen.seq === stored.seq && seen.id === stored.id && seen.change === stored.change && seen.kind === stored.kind && (stored.text === '' || seen.text === stored.text);
}

function tell(change: Seen | undefined): string {
  return change ? `${change.seq} (${change.kind}, ${change.change}, ${change.id})` : 'nothing';
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

const CHANGE_OF = { send: 'posted', edit: 'edited', delete: 'deleted' } as const;

function deletedIds(stored: readonly Stored[]): Set<string> {
  return new Set(stored.filter(({ change }) => change === 'deleted').map(({ id }) => id));
}

/** No message of a client is there twice, and none that nobody sent, or that was refused. */
function* saidOnce({ said, stored }: ChatHistory): Generator<string> {
  const sent = new Map(said.filter(({ call }) => call === 'send').map((each) => [each.clientMessageId, each]));
  const posted = stored.filter(({ kind, change }) => kind === 'user' && change === 'posted');
  for (const [clientMessageId, count] of countBy(posted, (change) => change.clientMessageId ?? 'none')) {
    if (count > 1) yield `message ${clientMessageId} is there ${count} times`;
    const send = sent.get(clientMessageId);
    if (!send) yield `message ${clientMessageId} is there, and nobody sent it`;
    else if (send.outcome === 'no') yield `message ${clientMessageId} is there, and was refused`;
  }
  // By what they say, too: another id is no excuse. Each text was said once.
  const texts = new Set(said.filter(({ call }) => call === 'send').map(({ text }) => text));
  for (const [text, count] of countBy(posted.filter((change) => texts.has(change.text)), (change) => change.text)) {
    if (count > 1) yield `"${text}" is there ${count} times`;
  }
}

/** Each message that is a hit, as posted or as edited, has one answer, by the id that is its own; no other message has one, and no answer has. */
function* oneAnswerAHit({ said, stored, isHit, answerId }: ChatHistory): Generator<string> {
  // Of a deleted message the words are gone from the database, but whoever said them knows.
  const words = new Map(said.map(({ clientMessageId, text }) => [clientMessageId, text]));
  const hits = new Set(
    stored.filter(({ kind, text, clientMessageId }) => kind === 'user' && isHit(text || (words.get(clientMessageId ?? undefined) ?? ''))).map(({ id }) => id),
  );
  const answers = stored.filter(({ kind }) => kind === 'system');
  const counts = countBy(answers, ({ triggerMessageId }) => triggerMessageId ?? 'none');
  for (const id of hits) if (counts.get(id) !== 1) yield `the hit ${id} has ${counts.get(id) ?? 0} answers`;
  for (const { id, triggerMessageId } of answers) {
    if (triggerMessageId === null || !hits.has(triggerMessageId)) yield `the answer ${id} is one to ${triggerMessageId}, which is no hit`;
    else if (id !== answerId(triggerMessageId)) yield `the answer to ${triggerMessageId} has the id ${id}, not its own`;
  }
}
