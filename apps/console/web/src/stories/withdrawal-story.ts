import { newPerson, succeeded } from '../api/people';
import { resultOf } from '../ui/result';
import { until } from './until';
import type { Stage } from './stage';

interface Page {
  readonly items: readonly { readonly id: string }[];
}

/** A member withdraws, and the posts disappear from another service. */
export async function withdrawalStory({ api, say, report }: Stage): Promise<void> {
  const mina = await newPerson(api, 'mina');
  for (const title of ['A walk by the river', 'Who has a ladder?']) {
    const published = await api.service({ service: 'board', method: 'POST', path: '/posts', token: mina.token, body: { title, body: 'Write to me.' } });
    report(resultOf(say('story.published', { title }), published));
    succeeded(published);
  }
  const read = () => api.service<Page>({ service: 'board', method: 'GET', path: `/posts?authorId=${mina.id}` });
  const before = await until(read, ({ ok, body }) => ok && body.items.length === 2);
  report(resultOf(say('story.posts-there', { count: before.body.items.length }), before, 'saw'));
  const began = performance.now();
  const withdrawn = await api.service({ service: 'member', method: 'DELETE', path: '/members/me', token: mina.token });
  report(resultOf(say('story.withdrawn'), withdrawn));
  succeeded(withdrawn);
  const after = await until(read, ({ ok, body }) => ok && body.items.length === 0);
  // Its own trace is that of a read; the one that tells the story began with the withdrawal.
  report({ ...resultOf(say('story.posts-gone', { ms: Math.round(performance.now() - began) }), after, 'saw'), traceId: withdrawn.traceId });
}
