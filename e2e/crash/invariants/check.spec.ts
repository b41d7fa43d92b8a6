import type { Evidence } from '../evidence/evidence.ts';
import { History, type Operation } from '../load/history.ts';
import { check } from './check.ts';
import { soundEvidence } from './sound-evidence.ts';

const sound = soundEvidence();
const changed = <T>(items: readonly T[], index: number, change: Partial<T>): T[] => items.map((item, at) => (at === index ? Object.assign({}, item, change) : item));

function historyWith(...more: Operation[]): History {
  const history = new History();
  history.operations.push(...sound.history.operations, ...more);
  return history;
}

const answered = { invokedAt: 3, completedAt: 4 };
const broken = (change: Partial<Evidence>): string[] => [...new Set(check(soundEvidence(change)).map(({ invariant }) => invariant))];

describe('the checker', () => {
  it('finds nothing where every promise was kept', () => {
    expect(check(sound)).toEqual([]);
  });

  it.each<[what: string, invariant: string, change: Partial<Evidence>]>([
    ['an event that is not on the row-added topic', 'committed-events', { records: sound.records.filter(({ topic, eventId }) => topic !== 'cdc.board.public.outbox' || eventId !== 'e3') }],
    ['an event that is not on the domain topic', 'committed-events', { records: sound.records.filter(({ topic, eventId }) => topic !== 'member.events.v1' || eventId !== 'e1') }],
    ['an event without effect in the ledger', 'committed-events', { effects: sound.effects.filter(({ eventId }) => eventId !== 'e6') }],
    ['a counter that was not raised', 'committed-events', { counters: new Map([...sound.counters, ['leaves', 1]]) }],
    ['a withdrawal that the board has not seen', 'committed-events', { inboxes: new Map([['board', []]]) }],
    ['a rolled-back event on a topic', 'rolled-back-events', { records: changed(sound.records, 0, { eventId: 'never' }) }],
    ['a rolled-back event in the ledger', 'rolled-back-events', { effects: [...sound.effects, { eventId: 'never', aggregateId: 'nobody', version: 1 }] }],
    ['a rolled-back event in an inbox', 'rolled-back-events', { inboxes: new Map([['board', ['e5', 'never']]]) }],
    ['a rolled-back event in its outbox', 'rolled-back-events', { outbox: changed(sound.outbox, 0, { id: 'never' }) }],
    ['an event from nowhere', 'rolled-back-events', { effects: [...sound.effects, { eventId: 'stray', aggregateId: 'nobody', version: 1 }] }],
    ['versions in the wrong order on a topic', 'aggregate-order', { records: changed(sound.records, 8, { offset: -1 }) }],
    ['two versions that changed places on a topic', 'aggregate-order', { records: changed(changed(sound.records, 5, { offset: 6 }), 13, { offset: 2 }) }],
    ['versions in the wrong order in the ledger', 'aggregate-order', { effects: sound.effects.toReversed() }],
    ['a gap in the versions', 'aggregate-order', { effects: changed(sound.effects, 5, { version: 3 }) }],
    ['a key that is not the aggregate’s id', 'stable-partition', { records: changed(sound.records, 0, { key: 'e1' }) }],
    ['an aggregate in two partitions', 'stable-partition', { records: changed(sound.records, 8, { partition: 1 }) }],
    ['an effect that happened twice', 'effects-once', { effects: [...sound.effects, ...sound.effects.slice(0, 1)] }],
    ['a counter that was raised twice', 'effects-once', { counters: new Map([...sound.counters, ['leaves', 3]]) }],
    ['a post that was hidden twice', 'effects-once', { outbox: [...sound.outbox, ...changed(sound.outbox.slice(5, 6), 0, { id: 'e8', version: 3 })] }],
    ['a dead letter', 'dead-letters', { records: [...sound.records, ...changed(sound.records.slice(0, 1), 0, { topic: 'member.events.v1.board.dlq' })] }],
    ['a listed post of somebody who has left', 'visibility', { listed: new Set(['kept', 'gone']) }],
    ['a readable post of somebody who has left', 'visibility', { readable: new Set(['kept', 'gone']) }],
    ['a missing post of somebody who is there', 'visibility', { listed: new Set() }],
    ['an acknowledged registration that is lost', 'answers', { members: sound.members.slice(1) }],
    ['an acknowledged post that is lost', 'answers', { posts: sound.posts.slice(1) }],
    ['an acknowledged withdrawal that is lost', 'answers', { members: changed(sound.members, 1, { withdrawn: false }) }],
    ['a withdrawal that nobody asked for', 'answers', { members: changed(sound.members, 0, { withdrawn: true }) }],
    ['an answer of 500', 'answers', { history: historyWith({ ...answered, kind: 'withdraw', memberId: 'leaves', outcome: 'unknown', status: 500 }) }],
    ['a refusal for no reason', 'answers', { history: historyWith({ ...answered, kind: 'post', memberId: 'stays', title: '3', postId: undefined, outcome: 'fail', status: 401 }) }],
    ['an acknowledged edit that is lost', 'answers', { posts: changed(sound.posts, 0, { version: 1 }) }],
    ['an edit too many', 'answers', { posts: changed(sound.posts, 0, { version: 3 }) }],
    ['an edit that was refused for no reason', 'answers', { history: historyWith({ ...answered, kind: 'edit', memberId: 'stays', postId: 'kept', title: '5', outcome: 'fail', status: 404 }) }],
    ['a title that nobody gave', 'answers', { posts: changed(sound.posts, 0, { title: '5' }) }],
    ['a post that nobody asked for', 'answers', { posts: [...sound.posts, { id: 'extra', authorId: 'stays', title: '9', version: 1, hidden: false }] }],
    ['a hidden post of which nothing was told', 'wholeness', { outbox: sound.outbox.slice(0, 5) }],
    ['a version that was raised without an event', 'wholeness', { posts: changed(sound.posts, 1, { version: 3 }) }],
    ['a row without its event', 'wholeness', { outbox: sound.outbox.filter(({ id }) => id !== 'e5') }],
    ['an event without its row', 'wholeness', { members: sound.members.slice(0, 1) }],
    ['a platform that does not come to rest', 'recovery', { recovery: { ...sound.recovery, drainMs: null, complaint: 'group relay has 3 records to go' } }],
    ['a lost slot', 'recovery', { recovery: { ...sound.recovery, slots: changed(sound.recovery.slots, 0, { walStatus: 'lost' }) } }],
    ['a missing slot', 'recovery', { recovery: { ...sound.recovery, slots: sound.recovery.slots.slice(1) } }],
  ])('finds %s', (_what, invariant, change) => {
    expect(broken(change)).toContain(invariant);
  });

  it('tells an effect that is missing from one that happened twice', () => {
    const [first] = sound.effects;
    const missing: Partial<Evidence> = { effects: sound.effects.slice(1), counters: new Map([...sound.counters, ['stays', 0]]) };
    const twice: Partial<Evidence> = { effects: [...sound.effects, ...(first ? [first] : [])], counters: new Map([...sound.counters, ['stays', 2]]) };
    expect(broken(missing)).toEqual(['committed-events']);
    expect(broken(twice)).toEqual(['effects-once']);
  });

  it.each<[what: string, change: Partial<Evidence>]>([
    ['a late copy on a topic', { records: [...sound.records, ...changed(sound.records.slice(0, 1), 0, { offset: 99 })] }],
    ['an edit without an answer that is not there', { history: historyWith({ ...answered, kind: 'edit', memberId: 'stays', postId: 'kept', title: '5', outcome: 'unknown', status: 0 }) }],
    ['a post without an answer that is not there', { history: historyWith({ ...answered, kind: 'post', memberId: 'stays', title: '3', postId: undefined, outcome: 'unknown', status: 0 }) }],
    ['a post that was refused because its author leaves', { history: historyWith({ ...answered, kind: 'post', memberId: 'leaves', title: '3', postId: undefined, outcome: 'fail', status: 401 }) }],
  ])('allows %s', (_what, change) => {
    expect(check(soundEvidence(change))).toEqual([]);
  });
});
