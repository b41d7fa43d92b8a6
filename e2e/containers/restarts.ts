import type { Member } from '../platform-client.ts';
import type { AnyStage } from '../stage.ts';
import { until } from '../until.ts';

const PATIENCE_MS = 90_000;
const LEAVERS = 2;

/** Every container ends and begins again in the midst of withdrawals, which ask again until they have their answer. */
export function restartScenarios(stage: AnyStage, containers: readonly string[]): void {
  it('is stopped and started, container by container, and whoever withdraws meanwhile is gone, once', async () => {
    const left: Member[] = [];
    for (const name of containers) {
      const process = stage.stack.sandbox.process(name);
      const leavers = await Promise.all(Array.from({ length: LEAVERS }, newLeaver));
      await Promise.all([process.stop().then(() => process.start()), ...leavers.map(leave)]);
      left.push(...leavers.map(({ member }) => member));
    }
    const ids = left.map(({ id }) => id);
    const told = await stage.witness.query<{ id: string; memberId: string }>('member', `SELECT id, aggregateid AS "memberId" FROM outbox WHERE type = 'member.withdrawn' AND aggregateid = ANY($1)`, [ids]);
    expect(told.map(({ memberId }) => memberId).toSorted()).toEqual(ids.toSorted());
    const applied = await stage.witness.query('board', 'SELECT FROM inbox WHERE message_id = ANY($1)', [told.map(({ id }) => id)]);
    expect(applied).toHaveLength(ids.length);
    expect(await stage.witness.deadLetters()).toBe(0);
  }, 600_000);

  async function newLeaver(): Promise<{ member: Member; postId: string }> {
    const member = await until(() => stage.platform.newMember(), () => true, PATIENCE_MS);
    const { body } = await until(() => stage.platform.publish(member.token), ({ status }) => status === 201, PATIENCE_MS);
    return { member, postId: body.id };
  }

  /** 401: an answer was lost, and the withdrawal is not. */
  async function leave({ member, postId }: { member: Member; postId: string }): Promise<void> {
    await until(() => stage.platform.withdraw(member.token), ({ status }) => [204, 401].includes(status), PATIENCE_MS);
    await until(() => stage.platform.post(postId), ({ status }) => status === 404, PATIENCE_MS);
  }
}
