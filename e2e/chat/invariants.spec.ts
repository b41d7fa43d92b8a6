import type { ChatHistory, Said, Stored, View } from './history.ts';
import { check } from './invariants.ts';

const row = (seq: number, id: string, more: Partial<Stored> = {}): Stored => ({
  roomId: 'r', seq, id, change: 'posted', kind: 'user', text: `text of ${id}`, senderId: 'mina', clientMessageId: `c-${id}`, triggerMessageId: null, ...more,
});
/** Said and told one after the other. */
const during = (turn: number): Pick<Said, 'saidAt' | 'toldAt'> => ({ saidAt: turn * 10, toldAt: turn * 10 + 5 });
const said = (seq: number, messageId: string, more: Partial<Said> = {}): Said => ({
  call: 'send', roomId: 'r', memberId: 'mina', text: `text of ${messageId}`, clientMessageId: `c-${messageId}`, outcome: 'ok', messageId, seq, ...during(seq), ...more,
});

const ANSWER = 'Mind it.';

/** Five messages, one a hit with its answer, one edited, one deleted; each promise is kept. */
function soundHistory(change: Partial<ChatHistory> = {}): ChatHistory {
  const stored = [
    row(1, 'a'),
    row(2, 'hit'),
    row(3, 'answer-to-hit', { text: ANSWER, kind: 'system', senderId: null, clientMessageId: null, triggerMessageId: 'hit' }),
    row(4, 'gone', { text: '' }),
    row(5, 'a', { change: 'edited', text: 'a again', clientMessageId: null }),
    row(6, 'gone', { change: 'deleted', text: '', clientMessageId: null }),
    row(7, 'unanswered'),
  ];
  return {
    said: [
      said(1, 'a'),
      said(2, 'hit'),
      said(4, 'gone'),
      { call: 'edit', roomId: 'r', memberId: 'mina', text: 'a again', outcome: 'ok', messageId: 'a', seq: 5, ...during(5) },
      { call: 'delete', roomId: 'r', memberId: 'mina', text: 'text of gone', outcome: 'ok', messageId: 'gone', seq: 6, ...during(6) },
      { call: 'send', roomId: 'r', memberId: 'mina', text: 'text of unanswered', clientMessageId: 'c-unanswered', outcome: 'unknown', ...during(7) },
      { call: 'send', roomId: 'r', memberId: 'mina', text: 'lost', clientMessageId: 'c-lost', outcome: 'unknown', ...during(8) },
      { call: 'send', roomId: 'r', memberId: 'mina', text: 'refused', clientMessageId: 'c-refused', outcome: 'no', ...during(9) },
      { call: 'edit', roomId: 'r', memberId: 'mina', text: 'refused edit', messageId: 'hit', outcome: 'no', ...during(9) },
      { call: 'delete', roomId: 'r', memberId: 'mina', text: 'text of hit', messageId: 'hit', outcome: 'no', ...during(9) },
      { call: 'edit', roomId: 'r', memberId: 'mina', text: 'lost edit', messageId: 'unanswered', outcome: 'unknown', ...during(9) },
    ],
    views: [
      { client: 'from the first', roomId: 'r', afterSeq: 0, seen: stored.map((each) => (each.seq === 4 ? { ...each, text: 'text of gone' } : each)) },
      { client: 'from the third', roomId: 'r', afterSeq: 2, seen: stored.slice(2) },
    ],
    stored,
    isHit: (text) => text.includes('hit'),
    answerId: (messageId) => `answer-to-${messageId}`,
    answerText: ANSWER,
    ...change,
  };
}

const sound = soundHistory();
const broken = (change: Partial<ChatHistory>): string[] => [...new Set(check(soundHistory(change)).map(({ invariant }) => invariant))];
const changed = <T>(items: readonly T[], index: number, change: Partial<T>): T[] => items.map((item, at) => (at === index ? Object.assign({}, item, change) : item));
const shown = (change: (seen: View['seen']) => View['seen']): Partial<ChatHistory> => ({ views: sound.views.map((view) => ({ ...view, seen: change(view.seen) })) });
/** What is stored, and shown to everybody as it is stored. */
const stored = (rows: Stored[]): Partial<ChatHistory> => ({ stored: rows, views: sound.views.map((view) => ({ ...view, seen: rows.filter(({ seq }) => seq > view.afterSeq) })) });
const answer = (seq: number, id: string, triggerMessageId: string): Stored => row(seq, id, { text: ANSWER, kind: 'system', senderId: null, clientMessageId: null, triggerMessageId });
const edit = (seq: number, id: string, text: string, more: Partial<Stored> = {}): Stored => row(seq, id, { change: 'edited', text, clientMessageId: null, ...more });
const deletion = (seq: number, id: string, more: Partial<Stored> = {}): Stored => row(seq, id, { change: 'deleted', text: '', clientMessageId: null, ...more });

describe('the checker of chats', () => {
  it('finds nothing where every promise was kept', () => {
    expect(check(sound)).toEqual([]);
  });

  it.each<[what: string, invariant: string, change: Partial<ChatHistory>]>([
    ['a change that a client was not shown', 'one-order', shown((seen) => seen.toSpliced(1, 1))],
    ['a last change that a client was not shown', 'one-order', shown((seen) => seen.slice(0, -1))],
    ['a change that was shown twice', 'one-order', shown((seen) => [...seen.slice(0, 2), ...seen.slice(1)])],
    ['two changes that changed places', 'one-order', shown(([first, second, ...rest]) => (first && second ? [second, first, ...rest] : []))],
    ['a change that is not stored', 'one-order', shown((seen) => [...seen, row(8, 'phantom')])],
    ['another message under the same number', 'one-order', shown((seen) => changed(seen, 1, { id: 'other' }))],
    ['another text', 'one-order', shown((seen) => changed(seen, 0, { text: 'other' }))],
    ['another sender', 'one-order', shown((seen) => changed(seen, 0, { senderId: 'eve' }))],
    ['words shown with a deletion', 'one-order', shown((seen) => seen.map((each) => (each.change === 'deleted' ? { ...each, text: 'text of gone' } : each)))],
    ['a client that was shown nothing', 'one-order', shown(() => [])],
    ['a gap in the numbers', 'whole-numbers', stored(changed([...sound.stored], 6, { seq: 8 }))],
    ['an acknowledged message that is lost', 'acknowledged-is-there', stored(changed([...sound.stored], 0, { id: 'b', clientMessageId: 'c-unanswered' }))],
    ['an acknowledged message under another number', 'acknowledged-is-there', { said: changed(sound.said, 0, { seq: 7 }) }],
    ['an acknowledged message of somebody else', 'acknowledged-is-there', stored(changed([...sound.stored], 0, { senderId: 'juno' }))],
    ['an acknowledged message with another text', 'acknowledged-is-there', stored(changed([...sound.stored], 0, { text: 'other' }))],
    ['an acknowledged edit that is lost', 'acknowledged-is-there', { said: changed(sound.said, 3, { seq: 8 }) }],
    ['an acknowledged deletion that is lost', 'acknowledged-is-there', { said: changed(sound.said, 4, { seq: 8 }) }],
    ['a message twice', 'said-once', stored([...sound.stored, row(8, 'twin', { clientMessageId: 'c-unanswered', text: 'x' })])],
    ['a text twice, by another id', 'said-once', stored([...sound.stored, row(8, 'twin', { clientMessageId: 'c-lost', text: 'text of unanswered' })])],
    ['a message that nobody sent', 'said-once', stored([...sound.stored, row(8, 'stray')])],
    ['a message that was refused', 'said-once', stored([...sound.stored, row(8, 'x', { clientMessageId: 'c-refused' })])],
    ['an edit by somebody else', 'said-once', stored([...sound.stored, edit(8, 'a', 'forged', { senderId: 'eve' })])],
    ['an edit by somebody else, which they said', 'one-life', {
      ...stored([...sound.stored, edit(8, 'a', 'forged', { senderId: 'eve' })]),
      said: [...sound.said, said(8, 'a', { call: 'edit', memberId: 'eve', text: 'forged' })],
    }],
    ['an edit that was refused', 'said-once', stored([...sound.stored, edit(8, 'hit', 'refused edit')])],
    ['an edit that nobody asked for', 'said-once', stored([...sound.stored, edit(8, 'hit', 'stray')])],
    ['an edit twice', 'said-once', stored([...sound.stored, edit(8, 'a', 'a again')])],
    ['an edit twice, of what is deleted', 'said-once', stored([...sound.stored.slice(0, 4), edit(5, 'a', ''), edit(6, 'a', ''), deletion(7, 'a')])],
    ['a deletion that was refused', 'said-once', stored([...sound.stored, deletion(8, 'hit')])],
    ['a deletion that nobody asked for', 'said-once', stored([...sound.stored, deletion(8, 'a')])],
    ['a deletion twice', 'said-once', stored([...sound.stored, deletion(8, 'gone')])],
    ['a deletion twice, of unknown outcome', 'said-once', {
      ...stored([...sound.stored, deletion(8, 'unanswered'), deletion(9, 'unanswered')]),
      said: [...sound.said, { call: 'delete', roomId: 'r', memberId: 'mina', text: 'text of unanswered', messageId: 'unanswered', outcome: 'unknown', ...during(9) }],
    }],
    ['a message of another text than was said', 'said-once', stored(changed([...sound.stored], 6, { text: 'other' }))],
    ['a message of somebody else than said it', 'said-once', stored(changed([...sound.stored], 6, { senderId: 'eve' }))],
    ['a message in another room than it was said in', 'said-once', { stored: [...sound.stored.slice(0, 6), row(1, 'unanswered', { roomId: 's' })], views: [] }],
    ['an edit after the deletion', 'one-life', stored([...sound.stored, edit(8, 'gone', '')])],
    ['a message that is posted again', 'one-life', stored([...sound.stored, row(8, 'a', { clientMessageId: 'c-lost', text: 'lost' })])],
    ['words left after a deletion', 'one-life', stored(changed([...sound.stored], 3, { text: 'text of gone' }))],
    ['words lost without a deletion', 'one-life', stored(changed([...sound.stored], 0, { text: '' }))],
    ['an edit of what was never posted', 'one-life', stored([...sound.stored, edit(8, 'nothing', 'x')])],
    ['an edit in another room', 'one-life', stored([...sound.stored, edit(1, 'a', 'x', { roomId: 's' })])],
    ['an edit of an answer', 'one-life', stored([...sound.stored, edit(8, 'answer-to-hit', 'x', { kind: 'system', senderId: null })])],
    ['a message numbered before what was acknowledged earlier', 'in-turn', { said: changed(sound.said, 0, during(3)) }],
    ['a message of unknown outcome numbered before what was acknowledged earlier', 'in-turn', { ...stored([...sound.stored, row(8, 'early')]), said: [...sound.said, said(8, 'early', during(6))] }],
    ['a hit without an answer', 'one-answer-a-hit', stored(changed([...sound.stored], 2, { triggerMessageId: 'a' }))],
    ['a hit with two answers', 'one-answer-a-hit', stored([...sound.stored, answer(8, 'random', 'hit')])],
    ['an answer to what is no hit', 'one-answer-a-hit', stored([...sound.stored, answer(8, 'answer-to-a', 'a')])],
    ['an answer to an answer', 'one-answer-a-hit', stored([...sound.stored, answer(8, 'answer-to-answer-to-hit', 'answer-to-hit')])],
    ['an answer by a random id', 'one-answer-a-hit', stored(changed([...sound.stored], 2, { id: 'random' }))],
    ['an answer with another text than its rule has', 'one-answer-a-hit', stored(changed([...sound.stored], 2, { text: 'other' }))],
    ['an answer in another room', 'one-answer-a-hit', { stored: changed([...sound.stored], 2, { roomId: 's', seq: 3 }), views: [] }],
    ['an answer before its hit', 'one-answer-a-hit', stored([sound.stored[0], sound.stored[2], sound.stored[1], ...sound.stored.slice(3)].flatMap((each, index) => (each ? [{ ...each, seq: index + 1 }] : [])))],
    ['an edit into a hit without an answer', 'one-answer-a-hit', stored(changed([...sound.stored], 4, { text: 'a hit' }))],
    ['a deleted hit without an answer', 'one-answer-a-hit', { said: changed(sound.said, 2, { text: 'a hit, deleted' }) }],
  ])('finds %s', (_what, invariant, change) => {
    expect(broken(change)).toContain(invariant);
  });
});
