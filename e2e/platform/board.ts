import type { PlatformClient } from '../platform-client.ts';
import type { AnyStage } from '../stage.ts';

interface OpenApi {
  readonly paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema?: object }> }> }>>;
}

/** What the services promise over HTTP, while nothing fails. */
export function boardScenarios(stage: AnyStage): void {
  describe('the board', () => {
    it('pages through an author’s posts, the newest first, each once', async () => {
      const author = await stage.platform.newMember();
      const ids: string[] = [];
      for (let i = 0; i < 7; i++) ids.unshift((await stage.platform.publish(author.token, `post ${i}`)).body.id);
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page = await stage.platform.posts(`authorId=${author.id}&limit=3${cursor && `&cursor=${cursor}`}`);
        expect(page.body.items.length).toBeLessThanOrEqual(3);
        seen.push(...page.body.items.map(({ id }) => id));
        cursor = page.body.nextCursor;
      }
      expect(seen).toEqual(ids);
    });

    it('lets only its author edit or delete a post', async () => {
      const [author, other] = [await stage.platform.newMember(), await stage.platform.newMember()];
      const { body: post } = await stage.platform.publish(author.token);
      const url = `${stage.platform.addresses.board}/posts/${post.id}`;
      expect((await stage.platform.call('PATCH', url, { token: other.token, body: { title: 'mine' } })).status).toBe(403);
      expect((await stage.platform.call('DELETE', url, { token: other.token })).status).toBe(403);
      expect((await stage.platform.call('PATCH', url, { body: { title: 'anybody' } })).status).toBe(401);
      const edited = await stage.platform.call('PATCH', url, { token: author.token, body: { title: 'A longer walk' } });
      expect(edited).toMatchObject({ status: 200, body: { ...post, title: 'A longer walk' } });
      expect((await stage.platform.call('DELETE', url, { token: author.token })).status).toBe(204);
      expect((await stage.platform.post(post.id)).status).toBe(404);
      expect((await stage.platform.call('DELETE', url, { token: author.token })).status).toBe(404);
    });
  });

  describe('every service', () => {
    const services = ['member', 'board', 'queue', 'chat', 'id', 'moderator', 'relay', 'cdc'] as const;

    it.each(services)('%s serves health, metrics, Swagger UI and a complete OpenAPI document', async (name) => {
      const base = stage.platform.addresses[name];
      expect((await stage.platform.call('GET', `${base}/health/live`)).status).toBe(200);
      expect((await stage.platform.call('GET', `${base}/health/ready`)).status).toBe(200);
      expect((await stage.platform.call<string>('GET', `${base}/metrics`)).body).toContain('process_cpu_seconds_total');
      expect((await stage.platform.call<string>('GET', `${base}/docs`)).body).toContain('swagger-ui');
      const document = await stage.platform.call<OpenApi>('GET', `${base}/docs-json`);
      const bare = Object.entries(document.body.paths).flatMap(([path, operations]) =>
        Object.entries(operations).flatMap(([method, { responses }]) =>
          Object.entries(responses)
            .filter(([status, { content }]) => status !== '204' && !Object.values(content ?? {}).every(({ schema }) => schema))
            .map(([status]) => `${method} ${path} ${status}`),
        ),
      );
      expect(bare).toEqual([]);
    });

    it('answers bad input with a problem that says what is wrong, and never with 500', async () => {
      const { token } = await stage.platform.newMember();
      const { member, board } = stage.platform.addresses;
      const bad: [method: string, url: string, options: Parameters<PlatformClient['call']>[2], status: number][] = [
        ['POST', `${member}/members`, { body: '{"email":' }, 400],
        ['POST', `${member}/members`, { body: {} }, 400],
        ['POST', `${member}/members`, { body: { email: 'x', nickname: '', password: 'short' } }, 400],
        ['POST', `${member}/members`, { body: { email: 'a@b.co', nickname: 'a', password: 'long enough', role: 'admin' } }, 400],
        ['POST', `${member}/members`, { body: { email: 'a@b.co', nickname: 'a\u0000b', password: 'long enough' } }, 400],
        ['POST', `${member}/members`, { body: 'x=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
        ['POST', `${board}/posts`, { token, body: { title: 't', body: 'b'.repeat(200_000) } }, 413],
        ['POST', `${board}/posts`, { token, body: { title: 't'.repeat(201), body: 'b' } }, 400],
        ['POST', `${board}/posts`, { body: { title: 't', body: 'b' } }, 401],
        ['POST', `${board}/posts`, { token: `${token}x`, body: { title: 't', body: 'b' } }, 401],
        ['POST', `${board}/posts`, { token: 'eyJhbGciOiJub25lIn0.e30.', body: { title: 't', body: 'b' } }, 401],
        ['GET', `${board}/posts?limit=0`, {}, 400],
        ['GET', `${board}/posts?limit=1e3`, {}, 400],
        ['GET', `${board}/posts?cursor=zzz`, {}, 400],
        ['GET', `${board}/posts?authorId=me`, {}, 400],
        ['GET', `${board}/posts?unknown=1`, {}, 400],
        ['GET', `${board}/posts/42`, {}, 400],
        ['GET', `${board}/posts/%ff`, {}, 400],
        ['GET', `${board}/posts/00000000-0000-7000-8000-000000000000`, {}, 404],
        ['GET', `${board}/nowhere`, {}, 404],
      ];
      for (const [method, url, options, status] of bad) {
        const answer = await stage.platform.call<{ status: number; title: string; traceId: string }>(method, url, options);
        const found = { method, url, status: answer.status, type: answer.contentType.split(';')[0] };
        expect(found).toEqual({ method, url, status, type: 'application/problem+json' });
        expect(answer.body).toMatchObject({ status, title: expect.any(String), traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
        expect(JSON.stringify(answer.body)).not.toMatch(/\bat .+:\d+:\d+|SELECT|INSERT|node_modules/);
      }
    });
  });
}
