import type { Stage } from '../stage.ts';
import { until } from '../until.ts';

/** A word that stands nowhere else. */
const canary = (what: string): string => `${what}${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`;

/** What a member tells the platform leaves with them, from every store, topic and log. */
export function personalDataScenarios(stage: Stage): void {
  describe('personal data', () => {
    it('of a member who withdraws is nowhere afterwards', async () => {
      const { platform, witness } = stage;
      const [email, nickname, password, guess] = [`${canary('mail')}@example.com`, canary('nick'), canary('secret'), canary('guess')];
      const [title, body, edited, deleted] = [canary('title'), canary('body'), canary('edited'), canary('deleted')];
      const member = await platform.newMember({ email, nickname, password });
      const post = await platform.publish(member.token, title, body);
      const url = `${platform.addresses.board}/posts`;
      expect((await platform.call('PATCH', `${url}/${post.body.id}`, { token: member.token, body: { title: edited } })).status).toBe(200);
      const other = await platform.publish(member.token, deleted);
      expect((await platform.call('DELETE', `${url}/${other.body.id}`, { token: member.token })).status).toBe(204);
      // Requests that fail are what is written down most easily.
      expect((await platform.register(email, nickname, password)).status).toBe(409);
      expect((await platform.signIn(email, guess)).status).toBe(401);
      expect((await platform.register(email, nickname.repeat(9), password)).status).toBe(400);
      expect((await platform.call('POST', `${platform.addresses.member}/sessions`, { body: `{"email":"${email}",` })).status).toBe(400);

      // The search finds what is there: otherwise it would prove nothing.
      expect(await witness.placesOf(email)).toEqual(['member.member']);
      expect(await witness.placesOf(edited)).toEqual(['board.post']);

      expect((await platform.withdraw(member.token)).status).toBe(204);
      await until(() => platform.post(post.body.id), ({ status }) => status === 404);
      await until(() => witness.placesOf(post.body.id), (places) => places.includes('topic board.events.v1'));
      expect(await witness.placesOf(member.id)).toEqual(expect.arrayContaining(['member.outbox', 'topic member.events.v1', 'board.author']));
      for (const word of [email, nickname, password, guess, title, body, edited, deleted]) {
        expect({ word, places: await witness.placesOf(word) }).toEqual({ word, places: [] });
      }
    }, 60_000);
  });
}
