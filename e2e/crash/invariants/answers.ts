import type { Evidence } from '../evidence/evidence.ts';
import type { Edit, Operation, Publication, Withdrawal } from '../load/history.ts';

/** What was acknowledged is there; what was refused is not; what had no answer is there or not, but see `wholeness`. */
export function* answers(evidence: Evidence): Generator<string> {
  const { operations } = evidence.history;
  for (const { kind, status } of operations) {
    if (status >= 500 && status !== 503) yield `a ${kind} was answered ${status}`;
  }
  yield* registrations(evidence);
  yield* publications(evidence, ofKind(operations, 'post'));
  yield* edits(evidence, ofKind(operations, 'edit'));
  yield* withdrawals(evidence, ofKind(operations, 'withdraw'));
}

function* registrations({ history, members }: Evidence): Generator<string> {
  const asked = ofKind(history.operations, 'register');
  const ids = new Set(members.map(({ id }) => id));
  const emails = new Map(members.flatMap(({ id, email }) => (email === null ? [] : [[email, id]])));
  const acknowledged = new Set<string>();
  for (const { outcome, memberId, email, status } of asked) {
    if (outcome === 'ok' && !ids.has(memberId ?? '')) yield `the registration of ${memberId} was acknowledged, but is not there`;
    if (outcome === 'fail') yield `the registration of ${email} was refused with ${status}, for no reason`;
    if (outcome === 'fail' && emails.has(email)) yield `the registration of ${email} was refused with ${status}, but is there`;
    if (memberId !== undefined) acknowledged.add(memberId);
  }
  // Nobody withdraws without an acknowledged registration, so whoever else is there still has an email.
  const unknown = new Set(asked.filter(({ outcome }) => outcome === 'unknown').map(({ email }) => email));
  for (const { id, email } of members) {
    if (!acknowledged.has(id) && !unknown.has(email ?? '')) yield `member ${id} is there, but nobody asked for it`;
  }
}

function* publications({ posts }: Evidence, asked: readonly Publication[]): Generator<string> {
  const byAuthor = Map.groupBy(posts, ({ authorId }) => authorId);
  const ids = new Set(posts.map(({ id }) => id));
  for (const { outcome, postId } of asked) {
    if (outcome === 'ok' && !ids.has(postId ?? '')) yield `post ${postId} was acknowledged, but is not there`;
  }
  for (const [memberId, ofMember] of Map.groupBy(asked, (operation) => operation.memberId)) {
    const acknowledged = new Set(ofMember.map(({ postId }) => postId));
    const unknown = ofMember.filter(({ outcome }) => outcome === 'unknown');
    const others = (byAuthor.get(memberId) ?? []).filter(({ id }) => !acknowledged.has(id));
    // A hidden post has lost its title, so those can only be counted.
    if (others.length > unknown.length) yield `member ${memberId} has ${others.length} posts that were not acknowledged, but only ${unknown.length} unanswered`;
    for (const { id, title } of others) {
      if (title !== null && !unknown.some((operation) => operation.title === title)) yield `post ${id} of ${memberId} was refused, but is there`;
    }
  }
  const authors = new Set(asked.map(({ memberId }) => memberId));
  for (const { id, authorId } of posts) if (!authors.has(authorId)) yield `post ${id} is there, but nobody asked for it`;
}

/** Those who edit stay, so their posts do, too; what is not an edit is the publication. */
function* edits({ posts, history }: Evidence, asked: readonly Edit[]): Generator<string> {
  const published = new Map(ofKind(history.operations, 'post').map(({ postId, title }) => [postId, title]));
  const byId = new Map(posts.map((post) => [post.id, post]));
  for (const [postId, ofPost] of Map.groupBy(asked, (edit) => edit.postId)) {
    const post = byId.get(postId);
    const edited = (post?.version ?? 1) - 1;
    const acknowledged = ofPost.filter(({ outcome }) => outcome === 'ok').length;
    const possible = ofPost.filter(({ outcome }) => outcome !== 'fail');
    if (edited < acknowledged) yield `${acknowledged} edits of post ${postId} were acknowledged, but only ${edited} are there`;
    if (edited > possible.length) yield `post ${postId} was edited ${edited} times, but only ${possible.length} edits may have happened`;
    const titles = [published.get(postId), ...possible.map(({ title }) => title)];
    if (post && !titles.includes(post.title ?? undefined)) yield `post ${postId} has the title "${post.title}", which nobody gave it`;
    for (const { outcome, status } of ofPost) if (outcome === 'fail') yield `an edit of post ${postId} was refused with ${status}, for no reason`;
  }
}

function* withdrawals({ history, members }: Evidence, asked: readonly Withdrawal[]): Generator<string> {
  const byMember = Map.groupBy(asked, ({ memberId }) => memberId);
  for (const { id, withdrawn } of members) {
    const attempts = byMember.get(id) ?? [];
    const acknowledged = attempts.filter(({ outcome }) => outcome === 'ok').length;
    const refusedFirst = attempts[0]?.outcome === 'fail';
    const mayBe = attempts.some(({ outcome }) => outcome !== 'fail');
    if (acknowledged > 1) yield `the withdrawal of ${id} was acknowledged ${acknowledged} times`;
    if (acknowledged > 0 && !withdrawn) yield `the withdrawal of ${id} was acknowledged, but the member is there`;
    if (withdrawn && !mayBe) yield `member ${id} has withdrawn, but nobody asked for it`;
    if (refusedFirst) yield `the withdrawal of ${id} was refused with ${attempts[0]?.status}, but the member was there`;
    // After an attempt without an answer, 401 says that it had happened.
    if (attempts.at(-1)?.status === 401 && !withdrawn) yield `the withdrawal of ${id} was refused as a second one, but there was no first`;
  }
  for (const { memberId, outcome, status, invokedAt, completedAt } of ofKind(history.operations, 'post')) {
    if (outcome !== 'fail') continue;
    const leaving = (byMember.get(memberId) ?? []).some((attempt) => attempt.invokedAt <= completedAt);
    if (!leaving || status !== 401) yield `a post of ${memberId} at ${new Date(invokedAt).toISOString()} was refused with ${status}, for no reason`;
  }
}

function ofKind<Kind extends Operation['kind']>(operations: readonly Operation[], kind: Kind): Extract<Operation, { kind: Kind }>[] {
  return operations.filter((operation): operation is Extract<Operation, { kind: Kind }> => operation.kind === kind);
}
