import { newPerson, succeeded } from '../api/people';
import { resultOf } from '../ui/result';
import type { Stage } from './stage';

const LAG_MS = 3_000;
const READS = 6;

/** One replica is held three seconds back; a post is read with the token of its answer, and without. */
export async function replicaStory({ api, say, report }: Stage): Promise<void> {
  const mina = await newPerson(api, 'mina');
  await api.send('PUT', '/lab/replicas/replica-2', { delayMs: LAG_MS });
  try {
    const published = await api.service<{ id: string }>({ service: 'board', method: 'POST', path: '/posts', token: mina.token, body: { title: 'Read me', body: 'At once.' } });
    report(resultOf(say('story.lagging', { seconds: LAG_MS / 1_000 }), published));
    succeeded(published);
    const token = published.headers.get('x-consistency-token') ?? '';
    for (let index = 0; index < READS; index += 1) {
      const withToken = index % 2 === 1;
      const headers = { 'x-consistency-id': `reader-${crypto.randomUUID().slice(0, 8)}`, ...(withToken && token !== '' ? { 'x-consistency-token': token } : {}) };
      // A list: that it is empty is an answer, and no error.
      const read = await api.service<{ items: readonly unknown[] }>({ service: 'board', method: 'GET', path: `/posts?authorId=${mina.id}`, headers });
      const from = read.headers.get('x-read-replica') ?? '?';
      const reason = read.headers.get('x-read-reason') ?? '?';
      const text = say(withToken ? 'story.read-with-token' : 'story.read-without', { from, reason, outcome: say(read.ok && read.body.items.length > 0 ? 'story.there' : 'story.not-there') });
      report({ ...resultOf(text, read, 'saw'), text });
    }
  } finally {
    await api.send('PUT', '/lab/replicas/replica-2', { delayMs: 0 });
  }
}
