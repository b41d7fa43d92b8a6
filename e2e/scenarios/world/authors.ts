import { randomBytes } from 'node:crypto';
import type { BrokenPromise } from '@madang/lab';
import type { Member } from '../../platform-client.ts';
import { broken } from './broken.ts';
import { answerOf, type World } from './world.ts';

/** Somebody with one post. */
export interface Author {
  readonly member: Member;
  readonly postId: string;
}

/** What became of a request to withdraw. */
export interface Leaver extends Author {
  /** 0: no answer, so nobody knows. */
  readonly status: number;
  readonly traceId: string;
}

/** What no replica may hide: the withdrawal is judged here, not the reading. */
const STRONG = { 'x-consistency-level': 'strong' };

export async function newAuthors(world: World, count: number): Promise<Author[]> {
  const members = await world.newMembers(count);
  return Promise.all(
    members.map(async (member, index) => {
      const { status, body } = await world.platform.publish(member.token, `Walk ${index + 1}`);
      if (status !== 201) throw new Error(`POST /posts answers ${status}`);
      return { member, postId: body.id };
    }),
  );
}

/** Withdraws while the member service dies right after its commit. @throws Error if it has answered: then it has not died, and whatever follows says nothing */
export async function withdrawInto(world: World, author: Author): Promise<Leaver> {
  await world.lab.inject('member-dies-after-commit');
  const leaver = await withdraw(world, author);
  if (leaver.status !== 0) throw new Error(`The member service has not died after the commit: it has answered ${leaver.status}`);
  await world.recovered('member');
  return leaver;
}

/** Asks once, as somebody does who closes the page then. The trace begins here, so that it is known also where no answer comes. */
export async function withdraw(world: World, author: Author): Promise<Leaver> {
  const traceId = randomBytes(16).toString('hex');
  const headers = { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
  const answer = await answerOf(world.platform.call('DELETE', `${world.ground.addresses.member}/members/me`, { token: author.member.token, headers }));
  const leaver = { ...author, status: answer?.status ?? 0, traceId };
  world.note(`${author.member.id} withdraws: ${leaver.status || 'no answer'}`, leaver.traceId);
  return leaver;
}

/** Is the member gone, and is the post? */
export async function fateOf({ platform }: World, { member, postId }: Author): Promise<{ hasLeft: boolean; isPostThere: boolean }> {
  const [person, post] = [await platform.member(member.id), await platform.post(postId, STRONG)];
  for (const { status } of [person, post]) if (status !== 200 && status !== 404) throw new Error(`GET answers ${status}`);
  return { hasLeft: person.status === 404, isPostThere: post.status === 200 };
}

/** Whoever has left has left no post behind; and whoever has not has lost none. @throws Error if nobody has left, which says nothing of the promise */
export async function postsGoWithTheirAuthors(world: World, leavers: readonly Leaver[]): Promise<BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  let left = 0;
  for (const leaver of leavers) {
    const { hasLeft, isPostThere } = await fateOf(world, leaver);
    if (hasLeft) left += 1;
    if (hasLeft !== isPostThere) continue;
    const what = hasLeft ? `${leaver.member.id} has withdrawn, and their post ${leaver.postId} is still there` : `${leaver.member.id} has not withdrawn, and their post ${leaver.postId} is gone`;
    found.push(broken(what, { answerToWithdrawal: leaver.status, member: hasLeft ? 'gone' : 'there', post: await postRow(world, leaver.postId) }, leaver.traceId));
  }
  if (left === 0) throw new Error(`Nobody has withdrawn: ${leavers.map(({ status }) => status).join(', ')} were the answers`);
  return found;
}

/** What was answered 204 has happened, also after every crash. */
export async function answeredIsDone(world: World, leavers: readonly Leaver[]): Promise<BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  for (const leaver of leavers.filter(({ status }) => status === 204)) {
    const { status, body } = await world.platform.member(leaver.member.id);
    if (status === 200) found.push(broken(`${leaver.member.id} was told that they had withdrawn, and have not`, body, leaver.traceId));
  }
  return found;
}

/** The board tells of each post that it hides; two events would mean two effects, and none that it has forgotten to. */
export async function hiddenOnce({ databases }: World, authors: readonly Author[]): Promise<BrokenPromise[]> {
  const wrong = await databases.query<{ post: string; events: { id: string; version: number }[]; traceId: string | null }>(
    'board',
    `SELECT post.id AS post, coalesce(json_agg(json_build_object('id', told.id, 'version', told.aggregateversion, 'createdAt', told.createdat) ORDER BY told.createdat) FILTER (WHERE told.id IS NOT NULL), '[]') AS events, split_part(max(told.traceparent), '-', 2) AS "traceId"
     FROM post LEFT JOIN outbox AS told ON told.aggregateid = post.id::text AND told.type = 'post.hidden'
     WHERE post.id::text = ANY($1) AND post.hidden_at IS NOT NULL GROUP BY post.id HAVING count(told.id) <> 1`,
    [authors.map(({ postId }) => postId)],
  );
  return wrong.map(({ post, events, traceId }) => broken(`of the post ${post}, which is hidden, that was told ${events.length} times`, events, traceId));
}

async function postRow({ databases }: World, postId: string): Promise<unknown> {
  const [row] = await databases.query('board', 'SELECT id, author_id, version, created_at, hidden_at FROM post WHERE id = $1', [postId]);
  return row;
}
