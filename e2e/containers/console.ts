import type { Topology } from '../../apps/console/feed/api.ts';
import { FeedReader } from '../console-server/feed-reader.ts';
import { until } from '../until.ts';
import type { ComposeStage } from './compose-stage.ts';

/** The console as a container: by its link, and from the host. */
export function consoleScenarios(stage: ComposeStage): void {
  it('shows the page by the link that the job prints, and a withdrawal as it crosses', async () => {
    const link = new URL(await stage.running.project.told('console-link'));
    const token = new URLSearchParams(link.hash.slice(1)).get('token') ?? '';
    const page = await fetch(link);
    const html = await page.text();
    const script = /<script[^>]+src="([^"]+)"/.exec(html)?.[1] ?? '';
    expect([page.status, (await fetch(new URL(script, link))).status]).toEqual([200, 200]);
    expect(page.headers.get('content-security-policy')).toContain(`ws://127.0.0.1:${stage.running.ports.CHAT_2_PORT}`);

    await expect(FeedReader.open(link.origin, 'x'.repeat(32))).rejects.toThrow('401');
    const feed = await FeedReader.open(link.origin, token);
    try {
      const member = await stage.platform.newMember();
      await stage.platform.withdraw(member.token);
      const told = await until(async () => feed.of('record').find(({ key, type }) => key === member.id && type === 'member.withdrawn'), (found) => found !== undefined);
      await until(async () => new Set(feed.of('span').filter(({ traceId }) => traceId === told?.traceId).map(({ service }) => service)), (services) => ['member', 'relay', 'board'].every((name) => services.has(name)));
      await until(async () => new Map(feed.of('process').map(({ name, state }) => [name, state])), (states) => states.get('board') === 'healthy' && states.get('kafka') === 'running');
    } finally {
      feed.close();
    }
    const ask = async (path: string): Promise<Response> => fetch(`${link.origin}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const { nodes, edges } = (await (await ask('/api/topology')).json()) as Topology;
    expect(nodes.find(({ id }) => id === 'board')?.docs).toBe(`${stage.stack.addresses.board}/docs`);
    expect(edges.map(({ from, to }) => `${from} ${to}`)).toEqual(expect.arrayContaining(['member db:member', 'db:member connect', 'queue valkey']));
    expect(await (await ask('/lab')).json()).toMatchObject({ status: 404, code: 'no-lab' });
  }, 90_000);
}
