import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../platform-client.ts';
import type { AnyStage } from '../stage.ts';
import { until } from '../until.ts';

interface Leaver {
  readonly member: Member;
  readonly postId: string;
}

/** 0: no answer, so nobody knows whether it has taken effect. */
type Outcome = { readonly leaver: Leaver; readonly status: number };

const LEAVERS = 20;

/**
 * Withdrawals go on while something dies or freezes; afterwards nothing is lost, half-done, or done twice.
 * @param spreadMs time over which they come; the fault has to fall into it
 */
export function faultScenarios(stage: AnyStage, spreadMs = 500): void {
  describe('members who withdraw while', () => {
    const processOf = (name: string) => stage.stack.sandbox.process(name);

    // The member service needs none of these for its answer.
    it.each(['cdc', 'relay', 'board', 'kafka'])('%s is killed are all gone in the end, once', async (victim) => {
      const outcomes = await withdrawDuring(() => processOf(victim).kill());
      expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 204));
      await expectEffectOnce(outcomes);
    }, 90_000);

    it.each(['member', 'postgres'])('%s is killed are gone once, or not at all', async (victim) => {
      const outcomes = await withdrawDuring(() => processOf(victim).kill());
      expect(outcomes.filter(({ status }) => ![0, 204, 503].includes(status))).toEqual([]);
      expect(outcomes.some(({ status }) => status !== 204)).toBe(true); // the fault has hit somebody
      await expectEffectOnce(outcomes);
    }, 90_000);

    it.each(['relay', 'kafka'])('%s is frozen for 8 s are all gone in the end, once', async (victim) => {
      const outcomes = await withdrawDuring(async () => {
        await processOf(victim).pause();
        await sleep(8_000);
        await processOf(victim).resume();
      });
      expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 204));
      await expectEffectOnce(outcomes);
    }, 90_000);
  });

  describe('while PostgreSQL', () => {
    it('is dead, writes are answered 503, and a withdrawal crosses the bus once it is back', async () => {
      const leaver = await newLeaver();
      await stage.stack.sandbox.process('postgres').kill({ restart: false });
      await expectUnavailable(leaver);
      await stage.stack.sandbox.process('postgres').start();
      await leaveAtLast(leaver);
    }, 90_000);

    it('is frozen, writes are answered 503 within 7 s, and a withdrawal crosses the bus once it goes on', async () => {
      const leaver = await newLeaver();
      await stage.stack.sandbox.process('postgres').pause();
      const startedAt = Date.now();
      await expectUnavailable(leaver);
      expect(Date.now() - startedAt).toBeLessThan(7_000);
      await stage.stack.sandbox.process('postgres').resume();
      await leaveAtLast(leaver);
    }, 90_000);
  });

  /** The last fault may have been a moment ago. */
  async function newLeaver(): Promise<Leaver> {
    const member = await until(() => stage.platform.newMember(), () => true);
    const { body } = await until(() => stage.platform.publish(member.token), ({ status }) => status === 201);
    return { member, postId: body.id };
  }

  async function expectUnavailable({ member, postId }: Leaver): Promise<void> {
    const { platform } = stage;
    // A replica answers reads, if it is known to have what this client has been shown; nothing stale instead.
    const reads = Promise.all([platform.posts('limit=1'), platform.post(postId)]);
    const answers = await Promise.all([
      platform.publish(member.token),
      platform.withdraw(member.token),
      platform.signIn(member.email),
      platform.register('somebody-new@example.com'),
    ]);
    expect((await reads).filter(({ status }) => ![200, 503].includes(status))).toEqual([]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(answers.every(({ contentType }) => contentType.startsWith('application/problem+json'))).toBe(true);
  }

  async function leaveAtLast({ member, postId }: Leaver): Promise<void> {
    const { platform } = stage;
    await until(() => platform.withdraw(member.token), ({ status }) => status === 204);
    await until(() => platform.post(postId), ({ status }) => status === 404);
  }

  /** Twenty members withdraw, one after the other; the fault comes in their midst. Resolves when all is healthy again. */
  async function withdrawDuring(fault: () => Promise<void>): Promise<Outcome[]> {
    const { platform, stack } = stage;
    const leavers = await Promise.all(Array.from({ length: LEAVERS }, newLeaver));
    const withdraw = async (leaver: Leaver, index: number): Promise<Outcome> => {
      await sleep((index * spreadMs) / LEAVERS);
      const status = await platform.withdraw(leaver.member.token).then((answer) => answer.status, () => 0);
      return { leaver, status };
    };
    const [outcomes] = await Promise.all([Promise.all(leavers.map(withdraw)), sleep(spreadMs / 3).then(fault)]);
    const ready = async (): Promise<number[]> =>
      Promise.all(Object.values(stack.addresses).map(async (base) => (await platform.call('GET', `${base}/health/ready`)).status));
    await until(ready, (statuses) => statuses.every((status) => status === 200), 60_000);
    return outcomes;
  }

  async function expectEffectOnce(outcomes: readonly Outcome[]): Promise<void> {
    const { platform, witness } = stage;
    const gone = await Promise.all(
      outcomes.map(async ({ leaver: { member, postId }, status }) => {
        const { status: found } = await until(() => platform.member(member.id), (answer) => [200, 404].includes(answer.status));
        const hasLeft = found === 404;
        if (status === 204) expect(hasLeft).toBe(true);
        // Whoever is not gone keeps the post: asked for below, when everything before it has crossed the bus.
        if (hasLeft) await until(() => platform.post(postId), (answer) => answer.status === 404, 60_000);
        return { id: member.id, postId, hasLeft };
      }),
    );
    for (const { postId, hasLeft } of gone) expect((await platform.post(postId)).status).toBe(hasLeft ? 404 : 200);

    const ids = gone.map(({ id }) => id);
    const told = await witness.query<{ id: string; memberId: string }>(
      'member',
      `SELECT id, aggregateid AS "memberId" FROM outbox WHERE type = 'member.withdrawn' AND aggregateid = ANY($1)`,
      [ids],
    );
    const left = gone.filter(({ hasLeft }) => hasLeft);
    expect(told.map(({ memberId }) => memberId).toSorted()).toEqual(left.map(({ id }) => id).toSorted());
    const applied = await witness.query<{ id: string }>('board', 'SELECT message_id AS id FROM inbox WHERE message_id = ANY($1)', [told.map(({ id }) => id)]);
    expect(applied.map(({ id }) => id).toSorted()).toEqual(told.map(({ id }) => id).toSorted());
    const hidden = await witness.query<{ postId: string }>(
      'board',
      `SELECT aggregateid AS "postId" FROM outbox WHERE type = 'post.hidden' AND aggregateid = ANY($1)`,
      [gone.map(({ postId }) => postId)],
    );
    expect(hidden.map(({ postId }) => postId).toSorted()).toEqual(left.map(({ postId }) => postId).toSorted());
    expect(await witness.deadLetters()).toBe(0);
  }
}
