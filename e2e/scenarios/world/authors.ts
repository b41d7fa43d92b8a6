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

/** Whoever has left has left no post behind; and whoever has not has lost none. */
export async function postsGoWithTheirAuthors(world: World, leavers: readonly Leaver[]): Promise<BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  for (const leaver of leavers) {
    const { hasLeft, isPostThere } = await fateOf(world, leaver);
    if (hasLeft !== isPostThere) continue;
    const what = hasLeft ? `${leaver.member.id} has withdrawn, and their post ${leaver.postId} is still there` : `${leaver.member.id} has not withdrawn, and their post ${leaver.postId} is gone`;
    found.push(broken(what, { answerToWithdrawal: leaver.status, member: hasLeft ? 'gone' : 'there', post: await postRow(world, leaver.postId) }, leaver.traceId));
  }
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

/** The board tells of each post that it hides; two events would mean two effects. */
export async function hiddenOnce({ databases }: World, authors: readonly Author[]): Promise<BrokenPromise[]> {
  const twice = await databases.query<{ post: string; events: { id: string; version: number }[]; traceId: string | null }>(
    'board',
    `SELECT aggregateid AS post, json_agg(json_build_object('id', id, 'version', aggregateversion, 'createdAt', createdat) ORDER BY createdat) AS events, split_part(max(traceparent), '-', 2) AS "traceId"
     FROM outbox WHERE type = 'post.hidden' AND aggregateid = ANY($1) GROUP BY aggregateid HAVING count(*) > 1`,
    [authors.map(({ postId }) => postId)],
  );
  return twice.map(({ post, events, traceId }) => broken(`the post ${post} was hidden ${events.length} times`, events, traceId));
}

async function postRow({ databases }: World, postId: string): Promise<unknown> {
  const [row] = await databases.query('board', 'SELECT id, author_id, version, created_at, hidden_at FROM post WHERE id = $1', [postId]);
  return row;
}
