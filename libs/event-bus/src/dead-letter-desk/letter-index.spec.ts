import type { AuditAction, RecordedAuditEntry } from './audit-entry';
import type { DeadLetter, LetterStatus } from './dead-letter';
import { LetterIndex } from './letter-index';

function letter(offset: number, change: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: `orders.v1:0:${offset}:shop`,
    topic: 'orders.v1',
    partition: 0,
    offset: String(offset),
    group: 'shop',
    code: 'handler-failed',
    originKnown: true,
    cause: 'refused',
    key: 'k',
    size: 100,
    deadAt: `2026-11-24T10:00:${String(offset).padStart(2, '0')}.000Z`,
    firstDeadAt: '2026-11-24T10:00:00.000Z',
    attempt: 1,
    replayOf: null,
    first: { partition: 0, offset: String(offset) },
    place: { topic: 'orders.v1.shop.dlq', partition: 0, offset: String(offset) },
    ...change,
  };
}

const entry = (of: DeadLetter, action: AuditAction, offset = '0'): RecordedAuditEntry => ({
  letter: of.id, action, by: 'a', at: '2026-11-24T11:00:00.000Z', operation: 'o', reason: null, offset,
});

function indexOf(...letters: DeadLetter[]): LetterIndex {
  const index = new LetterIndex(100);
  for (const one of letters) index.add(one);
  return index;
}

const offsetsOf = (found: readonly (LetterStatus | DeadLetter)[]): number[] => found.map((one) => Number('letter' in one ? one.letter.offset : one.offset));

describe('the index of dead letters', () => {
  it.each<[AuditAction[], LetterStatus['state']]>([
    [[], 'open'],
    [['replay-requested'], 'open'],
    [['replay-requested', 'replayed'], 'replayed'],
    [['discarded'], 'discarded'],
    [['replay-requested', 'replay-requested', 'replayed'], 'replayed'],
    [['replay-requested', 'discarded'], 'discarded'],
    // Two operators at the same moment: the record did go out.
    [['replay-requested', 'discarded', 'replayed'], 'replayed'],
    [['replay-requested', 'replayed', 'discarded'], 'replayed'],
  ])('after %j a letter is %s, whether the entries are read before it or after', (actions, state) => {
    const [before, after] = [indexOf(), indexOf(letter(1))];
    for (const index of [before, after]) for (const action of actions) index.record(entry(letter(1), action));
    before.add(letter(1));
    expect([before.find(letter(1).id)?.state, after.find(letter(1).id)?.state]).toEqual([state, state]);
    expect(before.countOpen()).toEqual(after.countOpen());
    expect(before.countOpen()).toHaveLength(state === 'open' ? 1 : 0);
    const requested = actions.includes('replay-requested');
    expect(after.find(letter(1).id)?.replayRequestedAt !== null).toBe(requested);
  });

  it('orders a key by where its records first came, not by when they died or failed again', () => {
    const again = letter(30, { first: { partition: 0, offset: '5' }, attempt: 2, replayOf: letter(5).id });
    const index = indexOf(letter(9), letter(10), letter(7), again, letter(100), letter(8, { key: 'other' }));
    expect(offsetsOf(index.earlierOpen(letter(9)))).toEqual([30, 7]);
    expect(offsetsOf(index.earlierOpen(again))).toEqual([]);
    const { lanes } = index.replayable({});
    expect(lanes.map(offsetsOf).toSorted((a, b) => b.length - a.length)).toEqual([[30, 7, 9, 10, 100], [8]]);
  });

  it('keeps keys, groups, topics, and partitions without keys apart', () => {
    const [other, none] = [{ group: 'bank', id: 'b' }, { key: null, id: 'n', partition: 1 }];
    const index = indexOf(letter(1), letter(2, other), letter(3, { topic: 't', id: 't' }), letter(4, { key: null }), letter(5, none));
    expect(index.replayable({}).lanes).toHaveLength(5);
    expect(index.earlierOpen(letter(9, { key: null, id: '9' })).map(({ offset }) => offset)).toEqual(['4']);
  });

  it('replays a key only up to the first letter that does not match', () => {
    const index = indexOf(letter(1), letter(2, { code: 'not-json' }), letter(3));
    expect(index.replayable({ code: 'handler-failed' })).toMatchObject({ lanes: [[{ offset: '1' }]], heldBack: 1 });
    expect(index.replayable({ code: 'not-json' })).toEqual({ lanes: [], heldBack: 1 });
    index.record(entry(letter(1), 'discarded'));
    expect(index.replayable({ code: 'not-json' })).toMatchObject({ lanes: [[{ offset: '2' }]], heldBack: 0 });
  });

  it('goes on with a list after the last letter of the page before, also when that one is settled meanwhile', () => {
    const index = indexOf(...Array.from({ length: 7 }, (_, offset) => letter(offset)));
    const page = index.list('open', {}, 3);
    const last = page.at(-1)?.letter ?? letter(0);
    index.record(entry(last, 'discarded'));
    expect([offsetsOf(page), offsetsOf(index.list('open', {}, 9, last))]).toEqual([[0, 1, 2], [3, 4, 5, 6]]);
  });

  it('gives the room of settled letters to others, and takes none beyond it', () => {
    const index = new LetterIndex(3);
    for (const offset of [1, 2, 3]) index.add(letter(offset));
    expect(index.hasRoom()).toBe(false);
    index.record(entry(letter(2), 'discarded'));
    expect(index.hasRoom()).toBe(true);
    index.add(letter(4));
    expect(offsetsOf(index.list('open', {}, 9))).toEqual([1, 3, 4]);
    index.record(entry(letter(5), 'discarded'));
    index.record(entry(letter(4), 'discarded'));
    expect(index.hasRoom()).toBe(true);
    index.add(letter(6));
    index.add(letter(5)); // settled before it was read: not at an open one's cost
    expect([index.find(letter(5).id), index.hasRoom()]).toEqual([undefined, false]);
  });

  it('takes no copy of a settled letter for an open one, though the letter has made room or is gone', () => {
    const index = new LetterIndex(10);
    const settled = Array.from({ length: 10 }, (_, offset) => letter(offset));
    for (const one of settled) index.add(one);
    for (const one of settled) index.record(entry(one, 'discarded', one.offset));
    expect(index.hasRoom()).toBe(true);
    index.add(letter(10));
    index.record(entry(letter(10), 'discarded'));
    index.forget(({ offset }) => offset === '10');
    for (const one of [...settled, letter(10)]) index.add({ ...one, place: { ...one.place, offset: '99' } });
    expect(index.list('open', {}, 99)).toEqual([]);
    index.add(letter(11));
    expect(offsetsOf(index.list('open', {}, 99))).toEqual([11]);
  });

  it('forgets what is gone from Kafka, and says which of it nobody had settled', () => {
    const index = indexOf(letter(1), letter(2), letter(3));
    index.record(entry(letter(1), 'discarded'));
    expect(index.forget(({ offset }) => Number(offset) < 3)).toEqual([letter(2).id]);
    expect(offsetsOf(index.list('open', {}, 9))).toEqual([3]);
    expect(index.earlierOpen(letter(3))).toEqual([]);
  });

  it('keeps the latest entries of a letter that is tried again and again', () => {
    const index = indexOf(letter(1));
    for (let offset = 0; offset < 50; offset++) index.record(entry(letter(1), 'replay-requested', String(offset)));
    expect(index.trailOf(letter(1).id)).toEqual(Array.from({ length: 20 }, (_, i) => String(30 + i)));
  });
});
