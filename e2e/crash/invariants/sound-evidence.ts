import { outboxDatabases } from '../../../infra/sandbox/services.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { History } from '../load/history.ts';

const answered = { outcome: 'ok', status: 201, invokedAt: 1, completedAt: 2 } as const;

/** One member stays, and edits their post; one leaves, who has a post, too; every promise is kept. Tests break one of them each. */
export function soundEvidence(change: Partial<Evidence> = {}): Evidence {
  const history = new History();
  history.operations.push(
    { ...answered, kind: 'register', email: 'stays@example.com', memberId: 'stays' },
    { ...answered, kind: 'register', email: 'leaves@example.com', memberId: 'leaves' },
    { ...answered, kind: 'post', memberId: 'stays', title: '1', postId: 'kept' },
    { ...answered, kind: 'post', memberId: 'leaves', title: '2', postId: 'gone' },
    { ...answered, kind: 'edit', memberId: 'stays', postId: 'kept', title: '1, again' },
    { ...answered, kind: 'withdraw', memberId: 'leaves', status: 204 },
  );
  history.rolledBack.push({ database: 'member', eventIds: ['never'] });
  const outbox = [
    { database: 'member', id: 'e1', type: 'member.registered', aggregateId: 'stays', version: 1 },
    { database: 'member', id: 'e2', type: 'member.registered', aggregateId: 'leaves', version: 1 },
    { database: 'board', id: 'e3', type: 'post.published', aggregateId: 'kept', version: 1 },
    { database: 'board', id: 'e4', type: 'post.published', aggregateId: 'gone', version: 1 },
    { database: 'member', id: 'e5', type: 'member.withdrawn', aggregateId: 'leaves', version: 2 },
    { database: 'board', id: 'e6', type: 'post.hidden', aggregateId: 'gone', version: 2 },
    { database: 'board', id: 'e7', type: 'post.edited', aggregateId: 'kept', version: 2 },
  ];
  const effects = outbox.map(({ id, aggregateId, version }) => ({ eventId: id, aggregateId, version }));
  return {
    history,
    outbox,
    effects,
    records: outbox.flatMap(({ database, id, aggregateId, version }, offset) =>
      [`cdc.${database}.public.outbox`, `${database}.events.v1`].map((topic) => ({ topic, partition: 0, offset, key: aggregateId, eventId: id, aggregateId, version })),
    ),
    inboxes: new Map([['board', ['e5']], ['ledger', outbox.map(({ id }) => id)]]),
    counters: new Map([['stays', 1], ['leaves', 2], ['kept', 2], ['gone', 2]]),
    members: [
      { id: 'stays', email: 'stays@example.com', version: 1, withdrawn: false },
      { id: 'leaves', email: null, version: 2, withdrawn: true },
    ],
    posts: [
      { id: 'kept', authorId: 'stays', title: '1, again', version: 2, hidden: false },
      { id: 'gone', authorId: 'leaves', title: null, version: 2, hidden: true },
    ],
    listed: new Set(['kept']),
    readable: new Set(['kept']),
    recovery: { drainMs: 1_000, complaint: null, slots: outboxDatabases.map((database) => ({ name: `outbox_${database}`, walStatus: 'reserved', invalidated: null })) },
    ...change,
  };
}
