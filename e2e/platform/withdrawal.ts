import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../platform-client.ts';
import type { AnyStage } from '../stage.ts';
import { until } from '../until.ts';

const isGone = ({ status }: Answer<unknown>): boolean => status === 404;

/** What a withdrawal does, while nothing fails. */
export function withdrawalScenarios(stage: AnyStage): void {
  describe('a member who withdraws', () => {
    it('takes all their posts along, and nobody else’s', async () => {
      const [leaving, staying] = [await stage.platform.newMember(), await stage.platform.newMember()];
      const mine = [await stage.platform.publish(leaving.token), await stage.platform.publish(leaving.token)];
      const other = await stage.platform.publish(staying.token);
      expect((await stage.platform.posts(`authorId=${leaving.id}`)).body.items).toHaveLength(2);

      expect(await stage.platform.withdraw(leaving.token)).toMatchObject({ status: 204, body: undefined });
      for (const { body } of mine) await until(() => stage.platform.post(body.id), isGone);
      expect((await stage.platform.posts(`authorId=${leaving.id}`)).body).toEqual({ items: [], nextCursor: null });
      expect((await stage.platform.post(other.body.id)).body).toEqual(other.body);
    });

    it('can neither sign in nor use the old token, at any service', async () => {
      const member = await stage.platform.newMember();
      const post = await stage.platform.publish(member.token);
      const url = `${stage.platform.addresses.board}/posts/${post.body.id}`;
      await stage.platform.withdraw(member.token);
      await until(() => stage.platform.post(post.body.id), isGone);
      const answers = [
        await stage.platform.signIn(member.email),
        await stage.platform.withdraw(member.token),
        await stage.platform.publish(member.token),
        await stage.platform.call('PATCH', url, { token: member.token, body: { title: 'again' } }),
        await stage.platform.call('DELETE', url, { token: member.token }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
      expect(answers.every(({ contentType }) => contentType.startsWith('application/problem+json'))).toBe(true);
    });

    it('leaves no personal data, and the email is free for somebody new', async () => {
      const member = await stage.platform.newMember();
      await stage.platform.withdraw(member.token);
      expect((await stage.platform.member(member.id)).status).toBe(404);
      const again = await stage.platform.register(member.email);
      expect(again.status).toBe(201);
      expect(again.body.id).not.toBe(member.id);
    });

    it('leaves no post behind that raced the withdrawal', async () => {
      const member = await stage.platform.newMember();
      await stage.platform.publish(member.token);
      const accepted: Answer<{ id: string }>[] = [];
      const keepPublishing = async (): Promise<void> => {
        for (;;) {
          const answer = await stage.platform.publish(member.token);
          if (answer.status === 401) return; // the withdrawal has reached the board
          expect(answer.status).toBe(201);
          accepted.push(answer);
        }
      };
      const racing = Array.from({ length: 4 }, keepPublishing);
      await sleep(30);
      expect((await stage.platform.withdraw(member.token)).status).toBe(204);
      await Promise.all(racing);
      expect(accepted.length).toBeGreaterThan(0);
      for (const { body } of accepted) await until(() => stage.platform.post(body.id), isGone);
    });
  });
}
